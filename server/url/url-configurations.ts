/** Configuration outside the datastores, at URLs (RFC 6241, section 8.8). */
import type { Branch, DecodedTree } from '../../src/data/index.ts';

export interface UrlConfigurations {
  /** Schemes for the capability, such as `file`. */
  readonly schemes: readonly string[];
  /** What edit-config takes: content with operations. Throws RpcErrorException. */
  readEdit(url: string): Promise<DecodedTree>;
  /** A whole configuration. Throws RpcErrorException. */
  readWhole(url: string): Promise<DecodedTree>;
  /** Makes a whole configuration what is at the URL, at once or not at all. Throws RpcErrorException. */
  write(url: string, content: Branch): Promise<void>;
  /** Throws RpcErrorException, data-missing when there is nothing. */
  remove(url: string): Promise<void>;
}
