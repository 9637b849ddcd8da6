/**
 * Text of a leaf to its value, with a memory.
 *
 * A table repeats itself: states, interfaces, addresses. Remembering what a text meant saves parsing,
 * and lets equal values share one string. Strings that come from the tokenizer may keep a whole chunk
 * of input alive, so a string that is kept is copied first.
 */
import type {
  LeafListNode,
  LeafNode,
  LeafrefType,
  LeafValue,
  ResolvePrefix,
  UnionType,
  YangType,
} from '../../yang/index.ts';

/** Texts remembered per leaf. A power of two. */
const MEMORY_SIZE = 2048;
/** Longer texts are not worth remembering. */
const MAX_REMEMBERED_LENGTH = 64;
/** V8 copies shorter pieces of a string and refers to the whole for longer ones. */
const MIN_SLICE_LENGTH = 13;

type Manner = 'direct' | 'remembered' | 'in-scope';

export class LeafCodec {
  readonly node: LeafNode | LeafListNode;
  readonly #type: YangType;
  readonly #manner: Manner;
  /** Remembered texts and their values, each at the place that its hash gives. Made when first used. */
  #memory: { readonly texts: string[]; readonly values: LeafValue[] } | undefined;

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
    if (text.length > MAX_REMEMBERED_LENGTH) return this.#parse(ownedString(text), resolve);
    const { texts, values } = (this.#memory ??= emptyMemory());
    const place = hash(text) & (MEMORY_SIZE - 1);
    if (texts[place] === text) return values[place] as LeafValue;
    const own = ownedString(text);
    const value = this.#parse(own, resolve);
    texts[place] = own;
    values[place] = value;
    return value;
  }

  #parse(text: string, resolve: ResolvePrefix): LeafValue {
    const value = this.#type.parse(text, resolve);
    return typeof value === 'string' && value !== text ? ownedString(value) : value;
  }
}

/** No text has a zero character, so nothing is remembered by mistake. */
function emptyMemory(): { readonly texts: string[]; readonly values: LeafValue[] } {
  return {
    texts: new Array<string>(MEMORY_SIZE).fill('\u0000'),
    values: new Array<LeafValue>(MEMORY_SIZE).fill(null),
  };
}

function hash(text: string): number {
  let value = text.length;
  for (let index = 0; index < text.length; index += 1) {
    value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  }
  return value ^ (value >>> 11);
}

/** A copy that refers to nothing else. */
function ownedString(text: string): string {
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
      return type.inScope;
  }
}
