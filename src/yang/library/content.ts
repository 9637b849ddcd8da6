/**
 * Content of ietf-yang-library as plain objects: `yang-library` (RFC 8525, section 3) and `modules-state` (RFC 7895,
 * section 2.2). Names are those of the nodes in camel case; identities are `module:name`.
 */

/** The module that defines both trees. */
export const YANG_LIBRARY_MODULE = 'ietf-yang-library';

export interface LibrarySubmodule {
  readonly name: string;
  readonly revision?: string | undefined;
  readonly location?: readonly string[] | undefined;
}

export interface LibraryModule {
  readonly name: string;
  readonly revision?: string | undefined;
  readonly namespace: string;
  readonly location?: readonly string[] | undefined;
  readonly submodule?: readonly LibrarySubmodule[] | undefined;
  readonly feature?: readonly string[] | undefined;
  readonly deviation?: readonly string[] | undefined;
}

export interface ImportOnlyModule {
  readonly name: string;
  /** Empty when the module has none. */
  readonly revision: string;
  readonly namespace: string;
  readonly location?: readonly string[] | undefined;
  readonly submodule?: readonly LibrarySubmodule[] | undefined;
}

export interface ModuleSet {
  readonly name: string;
  readonly module?: readonly LibraryModule[] | undefined;
  readonly importOnlyModule?: readonly ImportOnlyModule[] | undefined;
}

export interface YangLibrary {
  readonly moduleSet?: readonly ModuleSet[] | undefined;
  readonly schema?:
    | readonly { readonly name: string; readonly moduleSet?: readonly string[] | undefined }[]
    | undefined;
  readonly datastore?: readonly { readonly name: string; readonly schema: string }[] | undefined;
  readonly contentId: string;
}

export interface StateSubmodule {
  readonly name: string;
  readonly revision: string;
  readonly schema?: string | undefined;
}

export interface StateModule {
  readonly name: string;
  /** Empty when the module has none. */
  readonly revision: string;
  readonly schema?: string | undefined;
  readonly namespace: string;
  readonly feature?: readonly string[] | undefined;
  readonly deviation?: readonly { readonly name: string; readonly revision: string }[] | undefined;
  readonly conformanceType: 'implement' | 'import';
  readonly submodule?: readonly StateSubmodule[] | undefined;
}

export interface ModulesState {
  readonly moduleSetId: string;
  readonly module?: readonly StateModule[] | undefined;
}

/** Both, as a server that supports old clients has them. */
export interface YangLibraryContent {
  readonly yangLibrary: YangLibrary;
  readonly modulesState: ModulesState;
}
