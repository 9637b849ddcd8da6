/** Changes to texts in XML: of elements, attributes, references and characters. */
import type { RandomSource } from '../support/random-source.ts';
import { mutateCharacters } from './mutate.ts';

const ODD: readonly string[] = [
  ...['<!-- a -->', '<?go on?>', '<![CDATA[x]]>', '&amp;', '&#0;', '&#x1b;', '&lol;', '&#x110000;'],
  ...['<!DOCTYPE a>', '<?xml version="1.1"?>', '<x/>', '<q:x/>', '<x xmlns=""/>', ']]>', '\ufeff'],
  ...['text', ' ', '9', '-1', '1e3', '😀', '\u0001', '<x xmlns:q="urn:q" q:y="1"/>'],
];
const ATTRIBUTES: readonly string[] = [
  ...[' x="1"', ' xmlns="urn:x"', ' xmlns:p="urn:p"', ' xml:lang="en"', ' name="x"', ' value="x"'],
  ...[' q:operation="delete"', ' __proto__="x"', ' xmlns:xml="urn:x"', ' xmlns:m=""'],
];
/** A tag, or the text between two. */
const PIECE = /<[^<>]*>|[^<>]+|[<>]/g;

export function mutateXml(text: string, random: RandomSource): string {
  if (random.chance(0.15)) return mutateCharacters(text, random);
  const pieces = [...(text.match(PIECE) ?? [])];
  const at = random.below(pieces.length);
  const piece = pieces[at] ?? '';
  switch (random.below(8)) {
    case 0:
      pieces.splice(at, 1);
      break;
    case 1:
      pieces.splice(at, 0, piece);
      break;
    case 2:
      pieces[at] = pieces[random.below(pieces.length)] ?? '';
      break;
    case 3:
      pieces.splice(at, 0, random.pick(ODD));
      break;
    case 4:
      pieces[at] = piece.replace(/^<[^\s/>]+/, (start) => start + random.pick(ATTRIBUTES));
      break;
    case 5:
      pieces[at] = piece.replace(/"[^"]*"/, () => random.pick(['""', '"x"', '"1"', '"a b"']));
      break;
    default:
      return mutateElement(pieces, at, random);
  }
  return pieces.join('');
}

/** Deletes, doubles or moves a whole element, or gives it the name of another. */
function mutateElement(pieces: readonly string[], from: number, random: RandomSource): string {
  let start = from;
  while (start > 0 && !/^<[^/!?]/.test(pieces[start] ?? '')) start -= 1;
  let end = start;
  for (let depth = 0; end < pieces.length; end += 1) {
    const piece = pieces[end] ?? '';
    if (/^<[^/!?].*[^/]>$/s.test(piece)) depth += 1;
    if (piece.startsWith('</')) depth -= 1;
    if (depth <= 0) break;
  }
  const element = pieces.slice(start, end + 1);
  const without = [...pieces.slice(0, start), ...pieces.slice(end + 1)];
  const place = random.below(without.length + 1);
  switch (random.below(4)) {
    case 0:
      return without.join('');
    case 1:
      return [...pieces.slice(0, start), ...element, ...pieces.slice(start)].join('');
    case 2:
      return [...without.slice(0, place), ...element, ...without.slice(place)].join('');
    default: {
      const names = pieces.flatMap((it) => /^<([^\s/>!?]+)/.exec(it)?.[1] ?? []);
      const name = names.length > 0 ? random.pick(names) : 'x';
      const renamed = element.map((it, index) =>
        index === 0 || index === element.length - 1 ? it.replace(/[^\s/<>]+/, () => name) : it,
      );
      return [...pieces.slice(0, start), ...renamed, ...pieces.slice(end + 1)].join('');
    }
  }
}
