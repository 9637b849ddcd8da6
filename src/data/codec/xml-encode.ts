/** Data to XML (RFC 7950, section 7), with defaults as RFC 6243 says. */
import type { XmlWriter } from '../../xml/index.ts';
import type { Branch } from '../node.ts';

/** RFC 6243, section 2. */
export type WithDefaults = 'explicit' | 'report-all' | 'trim' | 'report-all-tagged';

export interface EncodeOptions {
  /** Leave out state data. */
  readonly configOnly?: boolean;
  /** Default `explicit`. */
  readonly withDefaults?: WithDefaults;
}

/** Writes the children of `branch`. */
export function encodeChildren(
  writer: XmlWriter,
  branch: Branch,
  options: EncodeOptions = {},
): void {
  void [writer, branch, options];
  throw new Error('not written yet');
}

/** Writes a list entry or container with its own element. */
export function encodeBranch(writer: XmlWriter, branch: Branch, options: EncodeOptions = {}): void {
  void [writer, branch, options];
  throw new Error('not written yet');
}

/** The children of `branch` as text, for small trees. */
export function encodeData(branch: Branch, options: EncodeOptions = {}): string {
  void [branch, options];
  throw new Error('not written yet');
}
