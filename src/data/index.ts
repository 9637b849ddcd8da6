/** Schema-driven data trees: codec, edit, difference, filters, validation. */
export { Branch, childNode, childValue } from './node.ts';
export type { AnyValue, LeafListValue, Slot } from './node.ts';
export { DataList, DataListEditor, keyProbe, keysOf } from './list.ts';
export type { InsertPosition, ListDiffVisitor } from './list.ts';
export { compareValues } from './list/compare.ts';
export { DataDecoder, decodeData } from './codec/xml-decode.ts';
export type { AnyContent, DecodeOptions } from './codec/xml-decode.ts';
export { decodeJson } from './codec/json-decode.ts';
export type { JsonDecodeOptions } from './codec/json-decode.ts';
export { encodeJson } from './codec/json-encode.ts';
export type { JsonEncodeOptions } from './codec/json-encode.ts';
export type { JsonTree } from './codec/json-tree.ts';
export { Annotations } from './codec/annotations.ts';
export type { AnnotationValue, BranchAnnotations } from './codec/annotations.ts';
export {
  DEFAULT_TAG,
  encodeBranch,
  encodeChildren,
  encodeData,
  encodeLeaf,
  writeOrder,
} from './codec/xml-encode.ts';
export { areDefaultsOf, impliesContent, isDefaultOf } from './codec/with-defaults.ts';
export { impliedValues } from './codec/implied-values.ts';
export type { EncodeOptions, WithDefaults } from './codec/xml-encode.ts';
export { EditBranch, EditLeaf, EditLeafList, EditRows, plainContent } from './edit/edit-tree.ts';
export type {
  DecodedTree,
  DefaultOperation,
  EditInsert,
  EditItem,
  EditOperation,
  EditSlot,
} from './edit/edit-tree.ts';
export { applyEdit } from './edit/apply-edit.ts';
export type { EditOptions, EditResult } from './edit/apply-edit.ts';
export { diffToEdit } from './edit/diff-to-edit.ts';
export { encodeEdit } from './edit/encode-edit.ts';
export { diffTree, placePath, sameTree } from './diff.ts';
export type { DiffPlace, DiffVisitor } from './diff.ts';
export { query } from './query.ts';
export type { FoundNode, QueryOptions, QueryResult } from './query.ts';
export { XPathError } from '../xpath/index.ts';
export { RpcErrorException, describeRpcError, printPath } from '../error/index.ts';
export type { PathStep, RpcError } from '../error/index.ts';
export { validate, validateFull, validateMessage } from './validate/validate.ts';
export type { FullOptions, ValidateOptions } from './validate/validate.ts';
export { TREE_MODEL, childRef, instancePath, messageRef, rootRef } from './tree/tree-model.ts';
export { NodeRef } from './tree/node-ref.ts';
export { pathStep } from './tree/path.ts';
export { isExcluded } from './tree/excluded.ts';
export { longestIncreasing } from './edit/longest-increasing.ts';
export { isNonPresence } from './tree/implied.ts';
export { parentOfMessage } from './document/message-parent.ts';
export type { MessageParent } from './document/message-parent.ts';
export { emptyBranch, emptyRoot } from './tree/defaults.ts';
export { schemaDefault } from './tree/implied.ts';
export type { ListSelection, Selection } from './filter/selection.ts';
export { leavesOf, within } from './filter/within.ts';
export { compileSubtreeFilter } from './filter/subtree.ts';
export { compileXPathFilter } from './filter/xpath.ts';
export * from './document/index.ts';
export * from './typed/index.ts';
