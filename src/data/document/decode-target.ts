/** What the decoders of both formats share: what they are told, and what they give back. */
import type { PathStep, RpcError } from '../../error/index.ts';
import type {
  InputOutputNode,
  NotificationNode,
  OperationNode,
  SchemaContext,
  StructureNode,
} from '../../yang/index.ts';
import type { Annotations } from '../codec/annotations.ts';
import type { OperationPart } from '../codec/find-operation.ts';
import type { Offsets } from '../codec/offsets.ts';
import type { EmptyContainer } from '../codec/build-options.ts';
import type { DecodedTree } from '../edit/edit-tree.ts';
import type { Branch } from '../node.ts';
import { branchStep, pathStep } from '../tree/path.ts';
import type { DocumentType, Envelope, ParseDocumentOptions } from './document.ts';

/** Where a decoder puts what it finds beside the tree. */
export interface DecodeTarget {
  readonly annotations: Annotations;
  readonly onError: (error: RpcError, offset: number) => void;
  readonly offsets?: Offsets;
  readonly emptyContainers?: EmptyContainer[];
}

export interface DecodedDocument {
  /** Undefined when it could not be told what the document is about. */
  readonly tree: DecodedTree | undefined;
  readonly structure: StructureNode | undefined;
  readonly operation:
    { readonly node: OperationNode | NotificationNode; readonly tree: DecodedTree } | undefined;
  readonly ancestors: readonly Branch[];
  /** Names of the elements around the content. */
  readonly around: readonly string[];
  readonly envelope: Envelope | undefined;
}

/** What documents of a type have in place of data at the root. */
export const OPERATION_PARTS: Readonly<Partial<Record<DocumentType, OperationPart>>> = {
  rpc: 'input',
  'nc-rpc': 'input',
  reply: 'output',
  notification: 'notification',
  'nc-notification': 'notification',
};

/** The structure that the document holds, by the name of its first element or member. */
export function findStructure(
  context: SchemaContext,
  { structure }: ParseDocumentOptions,
  namespace: string,
  name: string,
): StructureNode | undefined {
  const candidates = structure ? [structure] : [...context.structures.values()];
  return candidates.find(({ root }) => root.dataChild(namespace, name) !== undefined);
}

/** The operation that a reply answers. */
export function requestedOperation({ request }: ParseDocumentOptions): OperationNode | undefined {
  if (!request) return undefined;
  const node = 'input' in request ? request : request.operation?.node;
  return node && 'input' in node ? node : undefined;
}

/** The schema and path of an output that stands without the element of its operation. */
export function directOutput(
  options: ParseDocumentOptions,
): { readonly schema: InputOutputNode; readonly path: readonly PathStep[] } | undefined {
  if (options.type !== 'nc-reply' && options.type !== 'reply') return undefined;
  const node = requestedOperation(options);
  if (!node) return undefined;
  return { schema: node.output, path: [...stepsTo(options.request), pathStep(node)] };
}

function stepsTo(request: ParseDocumentOptions['request']): readonly PathStep[] {
  if (!request || 'input' in request) return [];
  const ancestors = request.operation?.ancestors ?? [];
  return ancestors.map((branch) => branchStep(branch)).filter((step) => step !== undefined);
}
