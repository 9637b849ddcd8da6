/** get-schema (RFC 6022, section 3.1). */
import { RpcErrorException, invalidValue, operationFailed } from '../../src/error/index.ts';
import { GetSchemaInput } from '../generated/ietf-netconf-monitoring.ts';
import { MONITORING_NAMESPACE } from './netconf-state.ts';
import { smallReply } from '../session/reply-writer.ts';
import type { Operation } from '../operations/operation.ts';
import { SCHEMA_FORMATS, knownSchemas, schemaText } from './schemas.ts';
import type { KnownSchema, SchemaFormat } from './schemas.ts';

export const getSchema: Operation = ({ input, server: { context } }) => {
  const { identifier, version, format: asked } = GetSchemaInput.fromTree(input);
  const named = version ? `${identifier}@${version}` : identifier;
  const format = SCHEMA_FORMATS.find((it) => it === (asked ?? SCHEMA_FORMATS[0]));
  if (!format) throw noSuch(named, asked ?? '');
  const known = knownSchemas(context).filter((it) => it.identifier === identifier);
  const text = schemaText(only(versionOf(known, version), named, format), format, context);
  return smallReply((writer) => {
    writer.open(MONITORING_NAMESPACE, 'data');
    writer.text(text);
    writer.close();
  });
};

/** An empty version is that of a schema without revisions; where there is none, clients mean any by it. */
function versionOf(
  known: readonly KnownSchema[],
  version: string | undefined,
): readonly KnownSchema[] {
  const exact = known.filter((it) => it.version === version);
  return version || exact.length > 0 ? exact : known;
}

function only(found: readonly KnownSchema[], named: string, format: SchemaFormat): KnownSchema {
  const [schema, another] = found;
  if (!schema) throw noSuch(named, format);
  if (!another) return schema;
  const versions = found.map(({ version }) => version).join(', ');
  const message = `there are several schemas "${named}"; give one of the versions ${versions}`;
  throw new RpcErrorException(operationFailed(message, { appTag: 'data-not-unique' }));
}

function noSuch(named: string, format: string): RpcErrorException {
  const name = format.slice(format.indexOf(':') + 1);
  const message = `there is no schema "${named}" in the format ${name}`;
  return new RpcErrorException(invalidValue(message, { type: 'application' }));
}
