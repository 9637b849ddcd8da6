/** The lists of our model that this plane serves, found in the schema. */
import type { Branch } from '../../../../src/data/index.ts';
import {
  entriesOf,
  entryHash,
  kindsOf,
  TableDigest,
  vmListNode,
} from '../../../../src/sami/index.ts';
import type { EntryHash, Kind } from '../../../../src/sami/index.ts';
import type { ListNode, SchemaContext } from '../../../../src/yang/index.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { TableState } from '../../plane.ts';
import { mappingsOf, MappingUse, NatRows } from './nat-rows.ts';
import { mappingKey } from '../nat/mapping.ts';
import type { Mapping } from '../nat/mapping.ts';
import { SessionRows } from './session-rows.ts';

export const SESSION_KIND = 'session';
export const NAT_KIND = 'nat';

export class TableModel {
  readonly vm: ListNode;
  readonly sessionKind: Kind;
  readonly session: SessionRows;
  /** Absent when the schema has no NAT module. */
  readonly natKind: Kind | undefined;
  readonly nat: NatRows | undefined;

  /**
   * `only` names the kinds to serve. Throws when the schema lacks our modules: a fault of whoever composes the
   * server.
   */
  constructor(context: SchemaContext, only?: readonly string[]) {
    const vm = vmListNode(context);
    const kinds = vm ? kindsOf(vm) : [];
    const sessionKind = kinds.find((kind) => kind.name === SESSION_KIND);
    const [sessions] = sessionKind?.lists ?? [];
    if (!vm || !sessionKind || !sessions)
      throw new Error('the schema has no module "sami-session"');
    this.vm = vm;
    this.sessionKind = sessionKind;
    this.session = new SessionRows(sessions);
    const nat = only === undefined || only.includes(NAT_KIND);
    this.natKind = nat ? kinds.find((kind) => kind.name === NAT_KIND) : undefined;
    const [mappings] = this.natKind?.lists ?? [];
    this.nat = mappings && new NatRows(mappings);
  }

  get kinds(): readonly string[] {
    return this.nat ? [SESSION_KIND, NAT_KIND] : [SESSION_KIND];
  }

  sessionRowsOf(vm: Branch): readonly Branch[] {
    return rowsOf(vm, this.sessionKind);
  }

  natRowsOf(vm: Branch | undefined): readonly Branch[] {
    if (!vm) return [];
    return this.natKind ? rowsOf(vm, this.natKind) : [];
  }

  hashOf(mapping: Mapping): EntryHash {
    if (!this.nat) throw new Error('mappings are not served');
    return entryHash(this.nat.toRow(mapping));
  }

  states(sessions: TableDigest, mappings: TableDigest): readonly TableState[] {
    const states = [state(SESSION_KIND, sessions)];
    if (this.nat) states.push(state(NAT_KIND, mappings));
    return states;
  }

  /** Counts and digests of entries as they are read. */
  async statesOf(
    batches: AsyncIterable<readonly Entry[]>,
    addresses: readonly string[],
    explicit: readonly Mapping[],
  ): Promise<readonly TableState[]> {
    const own = new Set(addresses);
    const sessions = new TableDigest();
    const uses = new MappingUse();
    for await (const entries of batches) {
      for (const entry of entries) {
        sessions.add(entryHash(this.session.toRow(entry)));
        if (this.nat) mappingsOf(entry, (address) => own.has(address)).forEach((m) => uses.add(m));
      }
    }
    const mappings = new TableDigest();
    for (const mapping of joinMappings(explicit, uses)) mappings.add(this.hashOf(mapping));
    return this.states(sessions, mappings);
  }
}

/** The explicit mappings, and the implicit ones that are none of these. */
export function joinMappings(explicit: readonly Mapping[], uses: MappingUse): readonly Mapping[] {
  const keys = new Set(explicit.map(mappingKey));
  return [...explicit, ...[...uses.mappings()].filter((mapping) => !keys.has(mappingKey(mapping)))];
}

function rowsOf(vm: Branch, kind: Kind): readonly Branch[] {
  return kind.lists.flatMap((list) => [...(entriesOf(vm, kind, list) ?? [])]);
}

function state(kind: string, digest: TableDigest): TableState {
  return { kind, entries: digest.entries, digest: digest.toString() };
}
