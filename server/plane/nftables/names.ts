/** Names of what we put into the table. Names in nft begin with a letter and have no colon. */
import { createHash } from 'node:crypto';

/** Of an identifier that may be longer than a name of nft, and have other characters. */
export function vmToken(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

export function addressToken(address: string): string {
  return address.replaceAll(':', '_');
}

export function addressOf(token: string): string {
  return token.replaceAll('_', ':');
}

export function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** '4' or '6', as at the end of the names of sets of addresses. */
export function version(address: string): '4' | '6' {
  return isIpv6(address) ? '6' : '4';
}

/** A comment for whoever lists the table; at most 128 bytes of it fit. */
export function comment(text: string): string {
  return `comment "${text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 120)}"`;
}
