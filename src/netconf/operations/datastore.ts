/** How operations name datastores (RFC 6241, section 5; RFC 8342, section 6). */
import type { XmlWriter } from '../../xml/index.ts';
import { DATASTORES_NS, NETCONF_BASE_NS } from '../constants.ts';

/** A datastore of RFC 6241, or a URL (section 8.8). */
export type ConfigDatastore = 'running' | 'candidate' | 'startup' | { readonly url: string };

/** An identity of ietf-datastores, or of another module. */
export type NmdaDatastore =
  | 'running'
  | 'candidate'
  | 'startup'
  | 'intended'
  | 'operational'
  | { readonly namespace: string; readonly name: string };

/** `<target>` or `<source>`. */
export function writeDatastore(
  writer: XmlWriter,
  parameter: 'source' | 'target',
  datastore: ConfigDatastore,
): void {
  writer.open(NETCONF_BASE_NS, parameter);
  if (typeof datastore === 'string') writer.leaf(NETCONF_BASE_NS, datastore, '');
  else writer.leaf(NETCONF_BASE_NS, 'url', datastore.url);
  writer.close();
}

/** `<datastore>` of the NMDA operations, in the namespace of the operation that has it. */
export function writeNmdaDatastore(
  writer: XmlWriter,
  namespace: string,
  datastore: NmdaDatastore,
): void {
  const identity =
    typeof datastore === 'string' ? { namespace: DATASTORES_NS, name: datastore } : datastore;
  writer.open(namespace, 'datastore');
  writer.text(`${writer.prefixFor(identity.namespace, 'ds')}:${identity.name}`);
  writer.close();
}
