/**
 * What the user may not read or write of a VM's state on a device (`sami:check-access`). Access control leaves out of a
 * reply what may not be read, and says nothing: a copy would be incomplete, and nobody would know.
 */
import { RpcErrorException } from '../../src/error/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import { childElements, escapeText, findChild, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import type { DeviceRole } from './device.ts';

export interface Withheld {
  /** Names from the list of VMs down, such as `sami:vm/sami-session:sessions`. */
  readonly path: string;
  /** Undefined for what the VM itself has. */
  readonly kind: string | undefined;
  readonly operations: readonly string[];
}

/** Errors of devices that have the module `sami` without this operation: nothing is known then. */
const UNKNOWN_OPERATION: ReadonlySet<string> = new Set([
  'operation-not-supported',
  'unknown-element',
  'unknown-namespace',
]);

/** Paths that a message names. */
const MAX_NAMED = 5;

export async function readWithheld(
  client: NetconfClient,
  vm: string,
  signal: AbortSignal,
): Promise<readonly Withheld[]> {
  const input = `<vm xmlns="${SAMI_NAMESPACE}">${escapeText(vm)}</vm>`;
  try {
    const output = await client.rpc({
      namespace: SAMI_NAMESPACE,
      name: 'check-access',
      input,
      signal,
    });
    return output.filter(({ local }) => local === 'denied').map(decode);
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    if (error.errors.every(({ tag }) => UNKNOWN_OPERATION.has(tag))) return [];
    throw error;
  }
}

function decode(denied: XmlElement): Withheld {
  const text = (name: string): string | undefined => {
    const child = findChild(denied, SAMI_NAMESPACE, name);
    return child && textContent(child).trim();
  };
  return {
    path: text('path') ?? '',
    kind: text('kind'),
    operations: childElements(denied)
      .filter(({ local }) => local === 'operation')
      .map((it) => textContent(it).trim()),
  };
}

/** What is in the way of a move, of a kind or, without one, of the VM itself; undefined when nothing is. */
export function lackOfRights(
  role: DeviceRole,
  withheld: readonly Withheld[],
  kind?: Pick<Kind, 'name' | 'ephemeral'>,
): string | undefined {
  const of = withheld.filter((it) => it.kind === kind?.name);
  const lacks = needed(role, kind).flatMap((operation) => {
    const paths = of.filter((it) => it.operations.includes(operation)).map(({ path }) => path);
    if (paths.length === 0) return [];
    const more = paths.length > MAX_NAMED ? ` and ${String(paths.length - MAX_NAMED)} more` : '';
    return [`${operation} ${paths.slice(0, MAX_NAMED).join(', ')}${more}`];
  });
  if (lacks.length === 0) return undefined;
  const what = kind ? `kind "${kind.name}"` : 'VMs';
  return `the rights of this user do not suffice for ${what}: it may not ${lacks.join(', and not ')}`;
}

/**
 * The VM itself is read and written on both devices. A kind is read on the old one, written on the new one, and goes
 * with the VM; what is not dynamic is configuration of the old device, which is deleted in the end.
 */
function needed(role: DeviceRole, kind: Pick<Kind, 'ephemeral'> | undefined): readonly string[] {
  if (!kind) return ['read', 'write'];
  if (role === 'new') return ['write'];
  return kind.ephemeral ? ['read'] : ['read', 'write'];
}
