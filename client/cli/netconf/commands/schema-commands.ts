/** get-schema (RFC 6022, section 3.1). */
import { encodeGetSchema } from '../../../../src/netconf/index.ts';
import type { GetSchemaRequest } from '../../../../src/netconf/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';

const FORMATS = ['yang', 'yin', 'xsd', 'rng'] as const;

/** `NAME`, `NAME@REVISION`, or `NAME/REVISION/FORMAT` as netconf-console2 has it. */
function parse(text: string): GetSchemaRequest {
  const [name = '', version, format, ...more] = text.includes('/')
    ? text.split('/')
    : text.split('@');
  const known = FORMATS.find((it) => it === format);
  if (name === '' || more.length > 0 || (format !== undefined && !known)) {
    throw new UsageError(`"${text}" is not NAME[@REVISION] or NAME[/REVISION[/FORMAT]]`);
  }
  return { identifier: name, version: version === '' ? undefined : version, format: known };
}

async function getSchema(session: ConsoleSession, value: string): Promise<void> {
  const request = parse(value);
  const text = await session.ask(encodeGetSchema(request), (signal) =>
    session.client.getSchema({ ...request, signal }),
  );
  if (text !== undefined) session.output.write(text.endsWith('\n') ? text : `${text}\n`);
}

export const SCHEMA_COMMANDS: readonly CommandRow[] = [
  command('--get-schema <name[@revision]>', 'print a YANG module', {
    run: (session, { values: [name = ''] }) => getSchema(session, name),
  }),
];
