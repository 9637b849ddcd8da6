/**
 * The tables of nftables (nft(8)) as tables of VMs: access lists, security counters and accounts, all in one
 * table of ours, changed in one transaction for all that a commit changes.
 */
import type { Branch } from '../../../src/data/index.ts';
import { operationFailed } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { Catalog } from '../kit/catalog.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableDriver, VmEdit } from '../kit/driver.ts';
import { Launcher, ToolError } from '../kit/launcher.ts';
import { vmPath } from '../kit/paths.ts';
import type { KindSupport } from '../plane.ts';
import { AclDispatch } from './acl/dispatch.ts';
import { DynamicAcl } from './acl/dynamic-acl.ts';
import { StaticAcl } from './acl/static-acl.ts';
import { Accounts } from './cumulative/accounts.ts';
import { BlockList, SynRate } from './cumulative/client-lists.ts';
import { HalfOpen } from './cumulative/half-open.ts';
import { FrozenAddresses, checkInFlight } from './frozen.ts';
import { Nft } from './nft.ts';
import { DEFAULTS } from './options.ts';
import type { NftablesOptions } from './options.ts';
import { View } from './part.ts';
import type { Part } from './part.ts';
import { AddressHolders } from './address-holders.ts';
import { DEFAULT_LIMIT, setSizes, skeleton } from './ruleset.ts';
import { Script } from './script.ts';
import { StandbyRows } from './standby-rows.ts';

export const NFTABLES_KINDS = [
  'acl-static',
  'acl-dynamic',
  'cumulative-security',
  'cumulative-accounting',
] as const;

/** What has run out between reading and writing is no longer there to be deleted: then once more. */
const ATTEMPTS = 5;

export class NftablesDriver implements TableDriver {
  readonly name = 'nftables';
  readonly kinds: readonly string[];
  readonly #options: NftablesOptions;
  readonly #catalog: Catalog;
  readonly #nft: Nft;
  readonly #parts: readonly Part[];
  readonly #standby = new StandbyRows();
  readonly #holders = new AddressHolders();

  constructor(context: SchemaContext, options: Partial<NftablesOptions> = {}) {
    const complete = { ...DEFAULTS, ...options };
    const allowed: readonly string[] = servedBy(complete.family);
    this.kinds = complete.kinds ?? allowed;
    const wrong = this.kinds.find((kind) => !allowed.includes(kind));
    if (wrong !== undefined) {
      throw new Error(
        `kind: a table of family ${complete.family} serves ${allowed.join(', ')}, not "${wrong}"`,
      );
    }
    this.#options = complete;
    this.#catalog = new Catalog(context, this.kinds);
    this.#nft = new Nft(new Launcher(complete.netns), `${complete.family} ${complete.table}`);
    this.#parts = partsFor(complete, new Set(this.kinds));
  }

  async open(edits: readonly VmEdit[]): Promise<void> {
    const base = new Script(this.#nft.table, this.#nft.counts);
    skeleton(base, this.#options, new Set(this.kinds));
    await this.#raise(base);
    const view = new View(this.#nft);
    for (const part of this.#parts) await part.open?.(view, this.#tablesOf(part));
    // What standby VMs have in the kernel is an earlier life's, and is read there to be taken away.
    await this.#commit(() => this.#script(edits));
    this.#holders.take(edits);
  }

  support(): Promise<readonly KindSupport[]> {
    const { limits, family, synRate } = this.#options;
    const features: Readonly<Record<string, readonly string[]>> = {
      'acl-static': aclFeatures(family),
      'acl-dynamic': [...aclFeatures(family), 'idle-timeout'],
      'cumulative-security': ['half-open', ...(synRate ? ['syn-rate'] : []), 'block-list'],
      'cumulative-accounting': ['volume-limit', 'rate-limit'],
    };
    const unlimited = ['acl-static', 'cumulative-accounting'];
    return Promise.resolve(
      this.kinds.map((kind) => {
        const limit = limits[kind] ?? (unlimited.includes(kind) ? undefined : DEFAULT_LIMIT);
        const number = limit === undefined ? undefined : BigInt(limit);
        return { kind, limit: number, features: features[kind] ?? [] };
      }),
    );
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    const still = this.#standby.rows(vm, table);
    yield still ?? (await this.#partOf(table)?.read?.(vm, table, new View(this.#nft))) ?? [];
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    const clashes = this.#holders.check(edits);
    const others = edits.flatMap((edit) => [
      ...checkInFlight(edit, this.#options),
      ...edit.tables.flatMap((table) => this.#partOf(table.table)?.check?.(edit, table) ?? []),
    ]);
    const errors = [...clashes, ...others];
    if (errors.length > 0 || !edits.some(hasRules)) return errors;
    let complaint: string | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      complaint = await this.#nft.tryOut((await this.#script(edits)).text);
      if (complaint === undefined) return [];
      if (!isGone(complaint)) break;
    }
    const vm = edits[0]?.after ?? edits[0]?.before;
    return [
      operationFailed(`the kernel refuses it: ${complaint ?? ''}`, vm ? { path: vmPath(vm) } : {}),
    ];
  }

  async apply(edits: readonly VmEdit[]): Promise<void> {
    await this.#commit(() => this.#script(edits));
    for (const edit of edits) this.#standby.take(edit);
    this.#holders.take(edits);
  }

  async settle(vms: readonly Branch[]): Promise<void> {
    await this.#commit(async () => {
      const view = new View(this.#nft);
      const script = new Script(this.#nft.table, this.#nft.counts);
      for (const vm of vms) {
        for (const part of this.#parts) await part.settle?.(placeOf(part, script), vm, view);
      }
      return script;
    });
  }

  /** The table stays in force. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Everything that the edits change, as one transaction. */
  async #script(edits: readonly VmEdit[]): Promise<Script> {
    const view = new View(this.#nft);
    const script = new Script(this.#nft.table, this.#nft.counts);
    // What a VM that goes leaves, such as an address, another one may take.
    const leaving = edits.filter(({ after }) => !after);
    for (const edit of [...leaving, ...edits.filter(({ after }) => after)]) {
      for (const part of this.#parts) await part.follow?.(placeOf(part, script), edit, view);
      for (const table of edit.tables) {
        const part = this.#partOf(table.table);
        if (part) await part.edit?.(placeOf(part, script), edit, table, view);
      }
    }
    return script;
  }

  async #commit(make: () => Promise<Script>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const script = await make();
      if (script.empty) return;
      try {
        await this.#nft.commit(script.text);
        script.done();
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof ToolError) || !isGone(error.message)) {
          throw error;
        }
      }
    }
  }

  /** An existing table is brought in line, as far as nft can change one. */
  async #raise(base: Script): Promise<void> {
    const { table, counts } = this.#nft;
    const remove = `nft delete table ${table}; nft delete table ${counts}`;
    const advice = `give the same options again, or remove it with "${remove}"`;
    try {
      await this.#nft.commit(base.text);
    } catch (cause) {
      if (!(cause instanceof ToolError) || !/exists|not supported/.test(cause.message)) throw cause;
      throw new Error(`the table "${table}" was made with other options: ${advice}`, { cause });
    }
    // Kernels before 6.5 leave sets as large as they were.
    const wanted = setSizes(this.#options);
    for (const { name, size } of await this.#nft.sets()) {
      const other = wanted.get(name) ?? size;
      if (size === other) continue;
      const sizes = `${String(size)} elements and not ${String(other)}`;
      throw new Error(`the table "${table}" has a set "${name}" for ${sizes}: ${advice}`);
    }
  }

  #partOf(table: TableSchema): Part | undefined {
    const name = listName(table.kind, table);
    return this.#parts.find(({ lists }) => lists.includes(name));
  }

  #tablesOf({ lists }: Part): readonly TableSchema[] {
    return this.#catalog.tables.filter((table) => lists.includes(listName(table.kind, table)));
  }
}

/** Rules are many and various, so the kernel is asked about them; numbers in sets it takes anyway. */
function hasRules({ tables }: VmEdit): boolean {
  return tables.some(({ table, set }) => table.kind.name.startsWith('acl-') && set.length > 0);
}

function placeOf({ table }: Part, script: Script): Script {
  return table === 'counts' ? script.counts : script;
}

function listName(kind: Kind, { list }: TableSchema): string {
  return `${kind.name}/${list.name}`;
}

/** Security counters need connection tracking, which a bridge does not have by itself. */
function servedBy(family: NftablesOptions['family']): readonly string[] {
  if (family === 'inet') return NFTABLES_KINDS;
  return NFTABLES_KINDS.filter((kind) => kind !== 'cumulative-security');
}

function partsFor(options: NftablesOptions, kinds: ReadonlySet<string>): readonly Part[] {
  const { family } = options;
  return [
    new FrozenAddresses(),
    ...(kinds.has('acl-static') || kinds.has('acl-dynamic') ? [new AclDispatch(options)] : []),
    ...(kinds.has('acl-static') ? [new StaticAcl(family)] : []),
    ...(kinds.has('acl-dynamic') ? [new DynamicAcl(family)] : []),
    ...(kinds.has('cumulative-security')
      ? [new HalfOpen(options), new SynRate(options), new BlockList()]
      : []),
    ...(kinds.has('cumulative-accounting') ? [new Accounts(options)] : []),
  ];
}

function aclFeatures(family: NftablesOptions['family']): readonly string[] {
  const common = ['ethernet', 'ipv4', 'ipv6', 'tcp', 'udp', 'icmp', 'sctp'];
  return [...common, ...(family === 'bridge' ? ['vlan'] : ['reject'])];
}

/** The kernel's ENOENT: for an element that has run out, but also for what it was built without. */
function isGone(message: string): boolean {
  return message.includes('No such file or directory');
}
