/**
 * The modules that a device says it has: by its YANG library (RFC 8525, or RFC 7895), else by the
 * capabilities of its hello (RFC 6020, section 5.6.4).
 */
import { childElements, findChild, textContent } from '../src/xml/index.ts';
import type { XmlElement } from '../src/xml/index.ts';

/** A module that a device has. */
export interface ModuleEntry {
  readonly name: string;
  readonly revision: string | undefined;
  readonly namespace: string;
  readonly features: readonly string[];
  /** False for a module that others only import from. */
  readonly implemented: boolean;
}

const YANG_LIBRARY = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';

/** Subtree filter for {@link decodeModuleSet}. */
export const MODULE_SET_FILTER =
  `<yang-library xmlns="${YANG_LIBRARY}"><module-set/></yang-library>` +
  `<modules-state xmlns="${YANG_LIBRARY}"><module/></modules-state>`;

/** Reads the content of `<data>`; empty when the device has no YANG library. */
export function decodeModuleSet(data: XmlElement): readonly ModuleEntry[] {
  const library = findChild(data, YANG_LIBRARY, 'yang-library');
  if (library) {
    return elements(library, 'module-set').flatMap((set) => [
      ...elements(set, 'module').map((module) => entryOf(module, true)),
      ...elements(set, 'import-only-module').map((module) => entryOf(module, false)),
    ]);
  }
  const state = findChild(data, YANG_LIBRARY, 'modules-state');
  return (state ? elements(state, 'module') : []).map((module) =>
    entryOf(module, leaf(module, 'conformance-type') !== 'import'),
  );
}

function entryOf(module: XmlElement, implemented: boolean): ModuleEntry {
  const revision = leaf(module, 'revision');
  return {
    name: leaf(module, 'name') ?? '',
    revision: revision === '' ? undefined : revision,
    namespace: leaf(module, 'namespace') ?? '',
    features: elements(module, 'feature').map((feature) => textContent(feature).trim()),
    implemented,
  };
}

function elements(parent: XmlElement, name: string): readonly XmlElement[] {
  return childElements(parent).filter(
    (child) => child.local === name && child.namespace === YANG_LIBRARY,
  );
}

function leaf(parent: XmlElement, name: string): string | undefined {
  const child = findChild(parent, YANG_LIBRARY, name);
  return child && textContent(child).trim();
}
