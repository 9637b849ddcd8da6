/** TypeScript text: literals, comments, and lines as prettier breaks them at 100 columns. */

const WIDTH = 100;

/** A string literal, in single quotes unless that needs more escapes. */
export function literal(text: string): string {
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  const quote = singles > doubles ? '"' : "'";
  const escaped = text.replaceAll(/[\\'"]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    return character === '"' || character === "'" ? character : escapeCode(character);
  });
  return `${quote}${escaped}${quote}`;
}

/** A property name, quoted where it has to be. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

function escapeCode(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * A documentation comment. No text of a module ends it, is taken for a tag, or shows what is not there by
 * means of invisible characters.
 */
export function comment(
  paragraphs: readonly (string | undefined)[],
  indent: string,
  tag?: string,
): string {
  const texts = paragraphs.map((paragraph) => linesOf(paragraph ?? ''));
  if (tag !== undefined) texts.push([tag]);
  const lines = texts
    .filter(({ length }) => length > 0)
    .flatMap((text, index) => (index > 0 ? ['', ...text] : text));
  if (lines.length === 0) return '';
  const [only = ''] = lines;
  const short = `${indent}/** ${only} */`;
  if (lines.length === 1 && short.length <= WIDTH) return `${short}\n`;
  const body = lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`);
  return `${indent}/**\n${body.join('')}${indent} */\n`;
}

function linesOf(text: string): readonly string[] {
  return text
    .replaceAll('*/', '*\\/')
    .split(/\r\n?|[\n\p{Zl}\p{Zp}]/u)
    .map((line) => line.trim().replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, escapeCode))
    .map((line) => (line.startsWith('@') ? `\\${line}` : line))
    .filter((line, index, all) => line !== '' || (index > 0 && all[index - 1] !== ''))
    .filter((line, index, all) => line !== '' || index < all.length - 1);
}

/** `head` and a union of types; `head` ends with `:` or `=`. */
export function unionLine(head: string, members: readonly string[], indent: string): string {
  const joined = members.join(' | ');
  const whole = `${indent}${head} ${joined};`;
  if (whole.length <= WIDTH || members.length === 1) return `${whole}\n`;
  const inner = `${indent}  ${joined};`;
  if (inner.length <= WIDTH) return `${indent}${head}\n${inner}\n`;
  return `${indent}${head}\n${members.map((it) => `${indent}  | ${it}`).join('\n')};\n`;
}

/** A property whose type is an array of a union. */
export function arrayLine(
  head: string,
  { members, optional }: { readonly members: readonly string[]; readonly optional: boolean },
  indent: string,
): string {
  const joined = members.join(' | ');
  const isSimple = members.length === 1 && !joined.startsWith('readonly ');
  const array = isSimple ? `readonly ${joined}[]` : `readonly (${joined})[]`;
  const types = optional ? [array, 'undefined'] : [array];
  const line = unionLine(head, types, indent);
  const isShort = line.split('\n').every(({ length }) => length <= WIDTH);
  if (members.length === 1 || isShort) return line;
  if (!optional) {
    return `${indent}${head} readonly (\n${innerUnion(members, `${indent}  `)}${indent})[];\n`;
  }
  const inner = innerUnion(members, `${indent}      `);
  return `${indent}${head}\n${indent}  | readonly (\n${inner}${indent}    )[]\n${indent}  | undefined;\n`;
}

function innerUnion(members: readonly string[], indent: string): string {
  const line = `${indent}${members.join(' | ')}`;
  if (line.length <= WIDTH) return `${line}\n`;
  return members.map((member) => `${indent}| ${member}\n`).join('');
}

/** `type NAME = GENERIC<A | B>;` */
export function genericLine(head: string, generic: string, members: readonly string[]): string {
  const line = `${head} ${generic}<${members.join(' | ')}>;`;
  if (line.length <= WIDTH) return `${line}\n`;
  const begin = `${head} ${generic}<`;
  if (begin.length <= WIDTH) return `${begin}\n${innerUnion(members, '  ')}>;\n`;
  const inner = `  ${generic}<${members.join(' | ')}>;`;
  if (inner.length <= WIDTH) return `${head}\n${inner}\n`;
  return `${head}\n  ${generic}<\n${innerUnion(members, '    ')}  >;\n`;
}

/** `type NAME = A & B;` */
export function intersectionLine(head: string, parts: readonly string[]): string {
  const [first = '', ...more] = parts;
  const line = `${head} ${parts.join(' & ')};`;
  if (line.length <= WIDTH) return `${line}\n`;
  const begin = `${head} ${first} &`;
  if (more.length > 0 && begin.length <= WIDTH) return `${head} ${parts.join(' &\n  ')};\n`;
  const inner = `  ${parts.join(' & ')};`;
  if (inner.length <= WIDTH) return `${head}\n${inner}\n`;
  return `${head}\n  ${parts.join(' &\n    ')};\n`;
}

/** `NAME = CALL<TYPES>('ARGUMENT');` */
export function callLine(
  head: string,
  {
    call,
    types,
    argument,
  }: {
    readonly call: string;
    readonly types: readonly string[];
    readonly argument: string;
  },
): string {
  const typed = `${call}<${types.join(', ')}>(`;
  const text = literal(argument);
  const begin = `${head} ${typed}`;
  const whole = `${begin}${text});`;
  if (whole.length <= WIDTH) return `${whole}\n`;
  if (begin.length <= WIDTH) return `${begin}\n  ${text},\n);\n`;
  if (types.length > 1 && `${head} ${call}<`.length <= WIDTH) {
    return `${head} ${brokenCall(call, types, '')}${brokenArgument('>(', text, '')}`;
  }
  const inner = `  ${typed}${text});`;
  if (inner.length <= WIDTH) return `${head}\n${inner}\n`;
  if (types.length === 1) return `${head}\n  ${typed}\n    ${text},\n  );\n`;
  return `${head}\n  ${brokenCall(call, types, '  ')}${brokenArgument('  >(', text, '  ')}`;
}

function brokenCall(call: string, types: readonly string[], indent: string): string {
  return `${call}<\n${types.map((type) => `${indent}  ${type}`).join(',\n')}\n`;
}

function brokenArgument(begin: string, text: string, indent: string): string {
  const line = `${begin}${text});`;
  return line.length <= WIDTH ? `${line}\n` : `${begin}\n${indent}  ${text},\n${indent});\n`;
}

/** `HEAD[…]TAIL` or `HEAD{ … }TAIL` with what is in it broken as a whole. */
export function listLine(
  head: string,
  items: readonly string[],
  { open, close, tail }: { readonly open: string; readonly close: string; readonly tail: string },
): string {
  const space = open === '{' ? ' ' : '';
  const line = `${head}${open}${space}${items.join(', ')}${space}${close}${tail}`;
  if (line.length <= WIDTH) return `${line}\n`;
  return `${head}${open}\n${items.map((item) => `  ${item},\n`).join('')}${close}${tail}\n`;
}
