/**
 * XML events to data (RFC 7950, sections 7 and 8.3.1): a stack machine without a tree in between.
 */
import type { PathStep, RpcError } from '../../error/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../xml/index.ts';
import type { AnyNode, BranchSchemaNode } from '../../yang/schema.ts';
import type { Branch } from '../node.ts';
import type { DecodedTree } from '../edit/edit-tree.ts';

/** Receives the children of an anydata or anyxml element in place of a tree of elements. */
export interface AnyContent {
  readonly sink: XmlSink;
  finish(): unknown;
}

export interface DecodeOptions {
  /** Accept the attributes of edit-config and keep them. Otherwise they are ignored. */
  readonly edit?: boolean;
  /** False: state data is an error (`unknown-element`). Default true. */
  readonly state?: boolean;
  /** Undefined as a result: keep the content as a tree of elements. */
  readonly anyContent?: (
    node: AnyNode,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ) => AnyContent | undefined;
  /** Called with each complete entry of a list (nested ones too). True: it is taken and not kept. */
  readonly onRow?: (row: Branch) => boolean;
  /** Skip elements that the schema does not have. */
  readonly allowUnknown?: boolean;
  /** Entries may lack keys, as in the reply to a filtered read. */
  readonly allowMissingKeys?: boolean;
  /** Errors after which the rest is skipped. Default 20. */
  readonly maxErrors?: number;
  /** Path of the element that stands for the parent, for errors. */
  readonly path?: readonly PathStep[];
}

export class DataDecoder implements XmlSink {
  constructor(parent: BranchSchemaNode, options: DecodeOptions = {}) {
    void parent;
    void options;
  }

  get errors(): readonly RpcError[] {
    throw new Error('not written yet');
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    void [namespace, local, attributes, scope];
    throw new Error('not written yet');
  }

  text(text: string): void {
    void text;
    throw new Error('not written yet');
  }

  close(scope: NamespaceScope): void {
    void scope;
    throw new Error('not written yet');
  }

  finish(): DecodedTree {
    throw new Error('not written yet');
  }
}

/** Decodes the children of the one element in `text`, whatever its name. */
export function decodeData(
  parent: BranchSchemaNode,
  text: string,
  options: DecodeOptions = {},
): DecodedTree {
  void [parent, text, options];
  throw new Error('not written yet');
}
