/**
 * Text of a leaf to its value, with a memory.
 *
 * A table repeats itself: states, interfaces, addresses. Remembering what a text meant saves parsing,
 * and lets equal values share one string. Strings that come from the tokenizer may keep a whole chunk
 * of input alive, so a string that is kept is copied first.
 */
import type { LeafListNode, LeafNode } from '../../yang/schema.ts';
import type {
  LeafrefType,
  LeafValue,
  ResolvePrefix,
  UnionType,
  YangType,
} from '../../yang/types/type.ts';

/** Texts remembered per leaf, in each of two generations. */
const GENERATION_SIZE = 4096;
/** Longer texts are not worth remembering. */
const MAX_REMEMBERED_LENGTH = 64;
/** V8 copies shorter pieces of a string and refers to the whole for longer ones. */
const MIN_SLICE_LENGTH = 13;

type Manner = 'direct' | 'remembered' | 'in-scope';

export class LeafCodec {
  readonly node: LeafNode | LeafListNode;
  readonly #type: YangType;
  readonly #manner: Manner;
  #recent = new Map<string, LeafValue>();
  #older = new Map<string, LeafValue>();

  constructor(node: LeafNode | LeafListNode) {
    this.node = node;
    this.#type = node.type;
    this.#manner = mannerOf(node.type);
  }

  /** Whether the prefixes in scope matter. */
  get inScope(): boolean {
    return this.#manner === 'in-scope';
  }

  /** Throws InvalidValueError. */
  decode(text: string, resolve: ResolvePrefix): LeafValue {
    if (this.#manner !== 'remembered') return this.#type.parse(text, resolve);
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    return this.#remember(text, resolve);
  }

  #remember(text: string, resolve: ResolvePrefix): LeafValue {
    const own = ownedString(text);
    const value = this.#older.get(own) ?? this.#parse(own, resolve);
    if (own.length > MAX_REMEMBERED_LENGTH) return value;
    if (this.#recent.size >= GENERATION_SIZE) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(own, value);
    return value;
  }

  #parse(text: string, resolve: ResolvePrefix): LeafValue {
    const value = this.#type.parse(text, resolve);
    return typeof value === 'string' && value !== text ? ownedString(value) : value;
  }
}

/** A copy that refers to nothing else. */
export function ownedString(text: string): string {
  if (text.length < MIN_SLICE_LENGTH) return text;
  if (text.length > 256) return JSON.parse(JSON.stringify(text)) as string;
  const codes = new Array<number>(text.length);
  for (let index = 0; index < text.length; index += 1) codes[index] = text.charCodeAt(index);
  return String.fromCharCode.apply(null, codes);
}

const codecs = new WeakMap<LeafNode | LeafListNode, LeafCodec>();

export function leafCodec(node: LeafNode | LeafListNode): LeafCodec {
  let codec = codecs.get(node);
  if (!codec) codecs.set(node, (codec = new LeafCodec(node)));
  return codec;
}

function mannerOf(type: YangType): Manner {
  if (dependsOnScope(type)) return 'in-scope';
  const cheap = /^(u?int(8|16|32|64)|boolean|empty)$/;
  return cheap.test(type.base) ? 'direct' : 'remembered';
}

/** True when the meaning of a text depends on the prefixes in scope. */
export function dependsOnScope(type: YangType): boolean {
  switch (type.base) {
    case 'identityref':
    case 'instance-identifier':
      return true;
    case 'union':
      return (type as UnionType).members.some(dependsOnScope);
    case 'leafref':
      return dependsOnScope((type as LeafrefType).target.type);
    default:
      return false;
  }
}
