/** JSON values as they are written (RFC 8259): numbers keep their digits, members their order. */

/** A number as it is written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of any kind. Members of objects are in the order of the text. */
export type JsonTree =
  null | boolean | string | JsonNumber | readonly JsonTree[] | ReadonlyMap<string, JsonTree>;

export function isObject(tree: JsonTree): tree is ReadonlyMap<string, JsonTree> {
  return tree instanceof Map;
}

export function isArray(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}
