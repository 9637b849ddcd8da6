/** The decoder of each format. */
import { decodeJsonDocument } from './decode-json.ts';
import { decodeXmlDocument } from './decode-xml.ts';
import type { DocumentFormat } from './document.ts';

export const DECODERS: Readonly<Record<DocumentFormat, typeof decodeXmlDocument>> = {
  xml: decodeXmlDocument,
  json: decodeJsonDocument,
};
