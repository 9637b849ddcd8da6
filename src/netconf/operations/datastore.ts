/** How operations name datastores (RFC 6241, section 5; RFC 8342, section 6; RFC 8526, section 3.2). */
import type { XmlWriter } from '../../xml/index.ts';
import { DATASTORES_NS, NETCONF_BASE_NS, NETCONF_NMDA_NS } from '../constants.ts';

/** A datastore of RFC 6241, or a URL (section 8.8). */
export type ConfigDatastore = 'running' | 'candidate' | 'startup' | { readonly url: string };

/** An identity of a YANG module: its namespace, and its name there. */
export interface IdentityName {
  readonly namespace: string;
  readonly name: string;
}

/** An identity of ietf-datastores, or of another module. */
export type NmdaDatastore =
  'running' | 'candidate' | 'startup' | 'intended' | 'operational' | IdentityName;

/** What can be locked: a datastore of RFC 6241 or, as RFC 8526 adds, any by its identity. */
export type LockTarget = ConfigDatastore | { readonly datastore: NmdaDatastore };

/** `<target>` or `<source>`. */
export function writeDatastore(
  writer: XmlWriter,
  parameter: 'source' | 'target',
  datastore: ConfigDatastore | { readonly datastore: NmdaDatastore },
): void {
  writer.open(NETCONF_BASE_NS, parameter);
  if (typeof datastore === 'string') writer.leaf(NETCONF_BASE_NS, datastore, '');
  else if ('url' in datastore) writer.leaf(NETCONF_BASE_NS, 'url', datastore.url);
  else writeNmdaDatastore(writer, NETCONF_NMDA_NS, datastore.datastore);
  writer.close();
}

/** `<datastore>` of the NMDA operations, in the namespace of the operation that has it. */
export function writeNmdaDatastore(
  writer: XmlWriter,
  namespace: string,
  datastore: NmdaDatastore,
  parameter = 'datastore',
): void {
  writeIdentity(
    writer,
    { namespace, local: parameter, prefix: 'ds' },
    typeof datastore === 'string' ? { namespace: DATASTORES_NS, name: datastore } : datastore,
  );
}

/** A leaf whose value is an identity: its name with a prefix that the leaf declares. */
export function writeIdentity(
  writer: XmlWriter,
  leaf: { readonly namespace: string; readonly local: string; readonly prefix: string },
  identity: IdentityName,
): void {
  writer.open(leaf.namespace, leaf.local);
  writer.text(`${writer.prefixFor(identity.namespace, leaf.prefix)}:${identity.name}`);
  writer.close();
}
