/** What the decoders of all encodings may be told, and their limits. */
import type { PathStep, RpcError } from '../../error/index.ts';
import type { ContainerNode } from '../../yang/index.ts';
import type { Branch } from '../node.ts';
import type { Annotations } from './annotations.ts';
import type { Offsets } from './offsets.ts';

/**
 * Anydata within anydata whose content is looked at with the schema. Each level is converted once more with the one
 * around it, so what hostile data costs has to end somewhere; beyond, the structure alone counts.
 */
export const MAX_ANY_DEPTH = 8;

export interface BuildOptions {
  /** Accept the operations of edit-config and keep them. */
  readonly edit?: boolean;
  /** Values with the attribute `default` are left to their default (RFC 6243, section 4.5.1). Edits do so always. */
  readonly defaultTags?: boolean;
  /** False: state data is an error (`unknown-element`). Default true. */
  readonly state?: boolean;
  /**
   * Called with each complete entry of a list, nested ones before the one they are in. True: it is
   * taken and not kept. `path` gives the path of the parent; call it at once or not at all.
   */
  readonly onRow?: (row: Branch, path: () => readonly PathStep[]) => boolean;
  /** Skip data that the schema does not have. */
  readonly allowUnknown?: boolean;
  /** Entries may lack keys. */
  readonly allowMissingKeys?: boolean;
  /** Errors after which the rest is skipped. Default 20. */
  readonly maxErrors?: number;
  /** Path of what stands for the parent, for errors. */
  readonly path?: readonly PathStep[];
  /** Receives the annotations of the tree (RFC 7952). */
  readonly annotations?: Annotations;
  /** Called with each error that is kept, and the offset of what it is about where that is known. */
  readonly onError?: (error: RpcError, offset: number) => void;
  /** Receives where each instance stands. */
  readonly offsets?: Offsets;
  /** Keep empty containers without presence, which mean nothing in a datastore. */
  readonly keepEmpty?: boolean;
  /** How many anydata or anyxml nodes the data is in already. Default 0. */
  readonly anyDepth?: number;
  /** Receives empty containers under a condition, which the tree does not keep. */
  readonly emptyContainers?: EmptyContainer[];
}

/** A container that came and was not kept, because it was empty. */
export interface EmptyContainer {
  readonly node: ContainerNode;
  readonly path: readonly PathStep[];
}
