/** A document of data that was not read from text. */
import type { SchemaContext } from '../../yang/index.ts';
import { Annotations } from '../codec/annotations.ts';
import type { Branch } from '../node.ts';
import type { DataDocument } from './document.ts';

/** The document that holds `root`, which is a datastore as a whole. */
export function createDocument(context: SchemaContext, root: Branch): DataDocument {
  return {
    type: 'data',
    context,
    root,
    edit: undefined,
    operation: undefined,
    structure: undefined,
    envelope: undefined,
    annotations: new Annotations(context),
    emptyContainers: [],
    source: { text: '', format: 'xml', options: { format: 'xml' } },
  };
}
