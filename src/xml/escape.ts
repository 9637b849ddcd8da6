/** Characters that cannot stand for themselves in XML 1.0 (sections 2.2, 2.4 and 3.3.3). */

// What XML 1.0 cannot carry in any form becomes U+FFFD, so that a strange text in an error message never
// makes a reply unreadable. Values that were checked against the YANG type string contain none of it.
// eslint-disable-next-line no-control-regex -- control characters are the point
const IN_TEXT = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
// eslint-disable-next-line no-control-regex -- control characters are the point
const IN_ATTRIBUTE = /[&<>"\u0000-\u001f\ufffe\uffff]/;

const TEXT_GLOBAL = new RegExp(IN_TEXT, 'g');
const ATTRIBUTE_GLOBAL = new RegExp(IN_ATTRIBUTE, 'g');

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
};

/** For the content of an element. */
export function escapeText(text: string): string {
  return IN_TEXT.test(text) ? text.replace(TEXT_GLOBAL, reference) : text;
}

/** For an attribute value between double quotes. */
export function escapeAttribute(text: string): string {
  return IN_ATTRIBUTE.test(text) ? text.replace(ATTRIBUTE_GLOBAL, reference) : text;
}

function reference(character: string): string {
  return REFERENCES[character] ?? '\ufffd';
}
