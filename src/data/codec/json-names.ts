/** Names of members (RFC 7951, section 4). */
import type { ModuleInfo, SchemaContext } from '../../yang/index.ts';

/** The name as written, and what it stands for. */
export interface MemberName {
  /** Undefined for the simple form. */
  readonly module: string | undefined;
  readonly name: string;
}

const MEMBER_NAME = /^(?:([A-Za-z_][A-Za-z0-9_.-]*):)?([A-Za-z_][A-Za-z0-9_.-]*)$/;

/** Undefined when the text is no name of a member (RFC 7951, figure 1). */
export function parseMemberName(text: string): MemberName | undefined {
  const [, module, name] = MEMBER_NAME.exec(text) ?? [];
  return name === undefined ? undefined : { module, name };
}

/** The name of a member for a node of `module` whose parent is of `parent`; none for the top level. */
export function memberName(
  { name, module }: { readonly name: string; readonly module: ModuleInfo },
  parent: ModuleInfo | undefined,
): string {
  return module === parent || module.name === parent?.name ? name : `${module.name}:${name}`;
}

/** The namespace of a name; undefined when no module has that name, or the simple form has nothing to refer to. */
export function namespaceOf(
  context: SchemaContext,
  { module }: MemberName,
  parent: ModuleInfo | undefined,
): string | undefined {
  return module === undefined ? parent?.namespace : context.modules.get(module)?.namespace;
}
