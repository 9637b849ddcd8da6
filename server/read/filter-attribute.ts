/** Attributes of the element `filter` (RFC 6241, sections 6.1 and 8.9.5.1; RFC 5277, section 2.1.1). */
import { attributeValue } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';

/** The attributes have no namespace in the RFC's schema, but clients also give that of NETCONF. */
export function filterAttribute(filter: XmlElement, name: string): string | undefined {
  return attributeValue(filter, name) ?? attributeValue(filter, name, filter.namespace);
}
