/** Instance documents in XML and JSON, changed in their structure and their characters. */
import {
  parseDocument,
  printDocument,
  validateDocument,
  type DataDocument,
  type DocumentFormat,
  type DocumentType,
} from '../../../src/data/index.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateXml } from '../mutate-xml.ts';
import { promise, promiseSame, type Target } from '../target.ts';
import { anySubject, contextOf, makeSamples } from './subjects.ts';

const TYPES: readonly DocumentType[] = [
  ...(['data', 'config', 'get', 'get-config', 'edit', 'rpc', 'reply', 'notification'] as const),
  ...(['nc-rpc', 'nc-reply', 'nc-notification', 'structure'] as const),
];
const MODES = ['explicit', 'report-all', 'report-all-tagged', 'trim'] as const;

export const DOCUMENTS: Target = {
  name: 'document',
  make(random) {
    const subject = anySubject(random);
    const samples = makeSamples(subject, random, 6);
    if (samples.length === 0) return undefined;
    const sample = random.pick(samples);
    const { format, kind } = sample;
    const mutate = format === 'xml' ? mutateXml : mutateJson;
    let { text } = sample;
    for (let left = random.below(4); left > 0; left -= 1) text = mutate(text, random);
    const type = random.chance(0.85) ? kind : random.pick(TYPES);
    return { text, about: `${subject} ${format} ${type}` };
  },
  check({ text, about }) {
    const [subject, format, type] = about.split(' ') as [string, DocumentFormat, DocumentType];
    const context = contextOf(subject);
    const { document, errors } = parseDocument(context, text, { format, type });
    promise(document !== undefined || errors.length > 0, () => 'neither a document nor an error');
    promise(errors.length <= 25, () => `${errors.length} errors`);
    for (const { position } of errors) {
      const isPlace = !position || (position.line >= 1 && position.column >= 1);
      promise(isPlace, () => `a place before all: ${JSON.stringify(position)}`);
    }
    if (!document) return;
    const violations = validateDocument(document);
    promise(violations.length <= 25, () => `${violations.length} violations`);
    for (const mode of MODES) {
      printDocument(document, { format: 'xml', withDefaults: mode });
      printDocument(document, { format: 'json', withDefaults: mode, pretty: true });
    }
    if (errors.length === 0 && violations.length === 0) checkRoundTrip(document);
  },
};

/** XML and JSON say the same: from one to the other and back nothing changes. */
function checkRoundTrip(document: DataDocument): void {
  const { context, type } = document;
  const xml = printDocument(document, { format: 'xml' });
  const again = parseDocument(context, xml.text, { format: 'xml', type });
  if (xml.errors.length > 0) return;
  promise(again.errors.length === 0, () => `XML: ${JSON.stringify(again.errors[0]?.message)}`);
  if (again.document) {
    promiseSame('XML', xml.text, printDocument(again.document, { format: 'xml' }).text);
  }
  const json = printDocument(document, { format: 'json' });
  if (json.errors.length > 0) return;
  promise(isJson(json.text), () => 'what is printed is not JSON');
  const other = parseDocument(context, json.text, { format: 'json', type });
  promise(other.errors.length === 0, () => `JSON: ${JSON.stringify(other.errors[0]?.message)}`);
  if (!other.document) return;
  promiseSame('JSON', json.text, printDocument(other.document, { format: 'json' }).text);
  promiseSame('XML by JSON', xml.text, printDocument(other.document, { format: 'xml' }).text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
