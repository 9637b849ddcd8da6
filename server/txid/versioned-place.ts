/**
 * Transaction ids of what is read (draft-ietf-netconf-transaction-id, section 3.4, the rules for pruning): asked from
 * the root down while a datastore is written, node by node.
 */
import type { Branch } from '../../src/data/index.ts';
import type { XmlWriterAttribute } from '../../src/xml/index.ts';
import type { ContainerNode, DataSchemaNode, ListNode } from '../../src/yang/index.ts';
import { AskedChildren } from './asked-children.ts';
import type { AskedElement } from './asked-element.ts';
import { isVersioned } from './datastore-versions.ts';
import type { VersionOf } from './datastore-versions.ts';
import { TXID_MATCH, TXID_UNKNOWN, txidAttribute } from './txid.ts';
import type { ClientTxid } from './txid.ts';
import type { TxidHistory, Version } from './txid-history.ts';

/** What there is to be said about a node. */
export interface VersionedNode {
  readonly attributes: readonly XmlWriterAttribute[];
  /** The client has it as it is: nothing of it is written but keys. */
  readonly isKnown: boolean;
  /** For what is in it; undefined when nobody has asked. */
  readonly inside: VersionedPlace | undefined;
}

interface Surroundings {
  readonly versionOf: VersionOf;
  readonly history: TxidHistory;
}

/** A branch of which somebody has asked what version it has, or what is in it. */
export class VersionedPlace {
  readonly #surroundings: Surroundings;
  /** Elements of the filter in those that stand for this branch. */
  readonly #asked: AskedChildren;
  /** What the client knows of it, or of the closest node around it that it has said something of. */
  readonly #txids: readonly ClientTxid[];
  /** Its own, or that of the closest node around it that has one. */
  readonly #version: Version | undefined;

  private constructor(
    surroundings: Surroundings,
    asked: readonly AskedElement[],
    txids: readonly ClientTxid[],
    version: Version | undefined,
  ) {
    this.#surroundings = surroundings;
    this.#asked = new AskedChildren(asked);
    this.#txids = txids;
    this.#version = version;
  }

  /** `txids` are about the datastore; `below` about everything in it that is selected, when it is not. */
  static root(
    root: Branch,
    surroundings: Surroundings,
    {
      txids,
      below,
      asked,
    }: {
      readonly txids: readonly ClientTxid[];
      readonly below: readonly ClientTxid[];
      readonly asked: readonly AskedElement[];
    },
  ): VersionedNode {
    const version = surroundings.versionOf(root);
    const inherited = below.length > 0 ? below : txids;
    const inside = new VersionedPlace(surroundings, asked, inherited, version);
    return { ...inside.#say(txids, version, true), inside };
  }

  /** A container in this branch, or an entry of a list. */
  below(child: ContainerNode | ListNode, instance: Branch): VersionedNode {
    const asked = this.#asked.of(child, instance);
    const own = asked.flatMap((element) => element.txids);
    const txids = own.length > 0 ? own : this.#txids;
    const hasOwn = isVersioned(child);
    const version = hasOwn ? this.#surroundings.versionOf(instance) : this.#version;
    const goesOn = txids.length > 0 || asked.some((element) => element.hasInside);
    return {
      ...this.#say(txids, version, hasOwn),
      inside: goesOn ? new VersionedPlace(this.#surroundings, asked, txids, version) : undefined,
    };
  }

  /** The attributes of a leaf that the client knows; undefined for one that it does not, or has not asked for. */
  knownLeaf(child: DataSchemaNode): readonly XmlWriterAttribute[] | undefined {
    const own = this.#asked.ofLeaf(child).flatMap(({ txids }) => txids);
    const { isKnown, attributes } = this.#say(own, this.#version, false);
    return isKnown ? attributes : undefined;
  }

  #say(
    txids: readonly ClientTxid[],
    version: Version | undefined,
    isVersionedNode: boolean,
  ): Omit<VersionedNode, 'inside'> {
    const { history } = this.#surroundings;
    const isKnown =
      txids.length > 0 &&
      version !== undefined &&
      txids.every((txid) => history.covers(txid, version));
    if (!isKnown && !isVersionedNode) return { attributes: [], isKnown };
    const mechanisms = [...new Set(txids.map(({ mechanism }) => mechanism))];
    const attributes = mechanisms.map((mechanism) => {
      if (isKnown) return txidAttribute(mechanism, TXID_MATCH);
      const value = version ? history.textOf(version, mechanism) : TXID_UNKNOWN;
      return txidAttribute(mechanism, value);
    });
    return { attributes, isKnown };
  }
}
