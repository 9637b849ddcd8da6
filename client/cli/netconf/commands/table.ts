/** All operations of the console, in the order of its help text. */
import type { CommandRow } from './command.ts';
import { COMMIT_COMMANDS } from './commit.ts';
import { DATASTORE_COMMANDS } from './datastore-commands.ts';
import { EDIT_COMMANDS } from './edit.ts';
import { READ_COMMANDS } from './read.ts';
import { RPC_COMMANDS } from './rpc.ts';
import { SCHEMA_COMMANDS } from './schema-commands.ts';
import { SESSION_COMMANDS } from './session-commands.ts';
import { SUBSCRIBE_COMMANDS } from './subscribe.ts';

export const COMMANDS: readonly CommandRow[] = [
  ...SESSION_COMMANDS,
  ...READ_COMMANDS,
  ...EDIT_COMMANDS,
  ...DATASTORE_COMMANDS,
  ...COMMIT_COMMANDS,
  ...SCHEMA_COMMANDS,
  ...RPC_COMMANDS,
  ...SUBSCRIBE_COMMANDS,
];
