/** The arguments of `sami netconf`, in the order of its help text. */
import { UsageError } from './exit-code.ts';
import type { OperationRunner } from './netconf-operations.ts';

type Method = keyof OperationRunner;

export interface ArgumentEntry {
  readonly flags: string;
  readonly description: string;
  /** What the runner does with it. */
  readonly method: Method;
}

/** The name of the option as commander has it. */
export function argumentName({ flags }: ArgumentEntry): string {
  return (flags.split(' ')[0] ?? '').slice(2);
}

const ROWS: readonly (readonly [string, string, Method])[] = [
  ['--hello', 'print session-id and capabilities', 'hello'],
  ['--filter <xml|file>', 'subtree filter for what follows', 'setFilter'],
  ['--ns <prefix=namespace>', 'prefix for --xpath and --subscribe', 'setPrefix'],
  ['--xpath <expression>', 'XPath filter for what follows', 'setXPath'],
  ['--get', 'running configuration and state', 'get'],
  ['--get-config [datastore]', 'configuration (default: running)', 'getConfig'],
  ['--target <datastore>', 'target of edits that follow (default: candidate)', 'setTarget'],
  [
    '--default-operation <operation>',
    'merge, replace or none, for edits that follow',
    'setDefaultOperation',
  ],
  ['--edit-config <file>', 'edit with the content of a file', 'editConfig'],
  ['--copy-config <source>', 'copy a datastore to the target', 'copyConfig'],
  ['--delete-config <datastore>', 'delete a datastore', 'deleteConfig'],
  ['--lock [datastore]', 'lock (default: candidate)', 'lock'],
  ['--unlock [datastore]', 'unlock (default: candidate)', 'unlock'],
  ['--validate [datastore]', 'validate (default: candidate)', 'validate'],
  ['--persist <id>', 'name for the confirmed commit that follows', 'setPersist'],
  ['--persist-id <id>', 'name of a pending commit, for what follows', 'setPersistId'],
  ['--commit', 'commit, or confirm', 'commit'],
  ['--commit-confirmed [seconds]', 'confirmed commit (default: 600 s)', 'commitConfirmed'],
  ['--cancel-commit', 'undo a confirmed commit', 'cancelCommit'],
  ['--discard-changes', 'make candidate what running is', 'discardChanges'],
  ['--kill-session <id>', 'end another session', 'killSession'],
  ['--get-schema <name[@revision]>', 'print a YANG module', 'getSchema'],
  ['--rpc <file>', 'send what is in a file as an operation', 'rpc'],
  ['--subscribe <xpath>', 'print changes of what is selected until interrupted', 'subscribe'],
];

export const NETCONF_ARGUMENTS: readonly ArgumentEntry[] = ROWS.map(
  ([flags, description, method]) => ({ flags, description, method }),
);

/** The arguments that set parameters, and those that use them. */
const USERS: ReadonlyMap<Method, readonly Method[]> = new Map<Method, readonly Method[]>([
  ['setFilter', ['get', 'getConfig']],
  ['setXPath', ['get', 'getConfig']],
  ['setPrefix', ['setXPath', 'subscribe']],
  ['setTarget', ['editConfig', 'copyConfig']],
  ['setDefaultOperation', ['editConfig']],
  ['setPersist', ['commitConfirmed']],
  ['setPersistId', ['commit', 'commitConfirmed', 'cancelCommit']],
]);

/** Refuses a parameter that comes after what it was meant for, which would go on without it. */
export function checkOrder(given: readonly ArgumentEntry[]): void {
  given.forEach((entry, index) => {
    const users = USERS.get(entry.method);
    if (!users || given.slice(index + 1).some(({ method }) => users.includes(method))) return;
    const names = NETCONF_ARGUMENTS.filter(({ method }) => users.includes(method));
    const uses = names.map((it) => `--${argumentName(it)}`).join(' or ');
    throw new UsageError(`--${argumentName(entry)} has to come before the ${uses} that it is for`);
  });
}
