/**
 * Canonical forms that the descriptions of well-known typedefs ask for, beyond what a string type has
 * by itself (RFC 6991 and its successor RFC 9911).
 */
import {
  canonicalDateAndTime,
  canonicalDateAndTimeWithZ,
  canonicalIpv4Prefix,
  canonicalIpv6Address,
  canonicalIpv6AddressAndPrefix,
  canonicalIpv6Prefix,
  lowerCase,
} from './well-known-forms.ts';

export type Canonicalizer = (text: string) => string;

const asIs: Canonicalizer = (text) => text;

const CANONICALIZERS: Readonly<Record<string, Readonly<Record<string, Canonicalizer>>>> = {
  'ietf-inet-types': {
    'ipv4-address': asIs,
    'ipv6-address': canonicalIpv6Address,
    'ipv4-address-no-zone': asIs,
    'ipv6-address-no-zone': canonicalIpv6Address,
    'ipv4-address-link-local': asIs,
    'ipv6-address-link-local': canonicalIpv6Address,
    'ipv4-prefix': canonicalIpv4Prefix,
    'ipv6-prefix': canonicalIpv6Prefix,
    'ipv4-address-and-prefix': asIs,
    'ipv6-address-and-prefix': canonicalIpv6AddressAndPrefix,
    'domain-name': lowerCase,
    'host-name': lowerCase,
  },
  'ietf-yang-types': {
    'phys-address': lowerCase,
    'mac-address': lowerCase,
    'hex-string': lowerCase,
    uuid: lowerCase,
  },
};

/** Revisions of ietf-yang-types from this year on are those of RFC 9911 and its successors. */
const YANG_TYPES_2025 = '2025';

/**
 * The canonicalizer for a typedef, which is also that of types derived from it; undefined when the
 * typedef has no canonical form of its own. `revision` is that of the module.
 */
export function canonicalizerOf(
  module: string,
  typedef: string,
  revision?: string,
): Canonicalizer | undefined {
  if (module === 'ietf-yang-types' && typedef === 'date-and-time') {
    return (revision ?? '') < YANG_TYPES_2025 ? canonicalDateAndTime : canonicalDateAndTimeWithZ;
  }
  const typedefs = Object.hasOwn(CANONICALIZERS, module) ? CANONICALIZERS[module] : undefined;
  return typedefs && Object.hasOwn(typedefs, typedef) ? typedefs[typedef] : undefined;
}
