/** How the arguments of statements stand in YIN: RFC 7950, section 13.1, table 1. */
import type { Statement } from '../syntax/statement.ts';

export const YIN_NAMESPACE = 'urn:ietf:params:xml:ns:yang:yin:1';

/** Where an argument is: in an attribute, or in an element that is the first child. */
export interface YinArgument {
  readonly name: string;
  readonly isElement: boolean;
}

/** Names of arguments and the keywords that have them; "!" marks those in an element. */
const TABLE = `
name: action anydata anyxml argument base bit case choice container enum extension feature grouping identity
  if-feature leaf leaf-list list module notification rpc submodule type typedef units uses
module: belongs-to import include
target-node: augment deviation refine
value: config default deviate error-app-tag error-message! fraction-digits key length mandatory max-elements
  min-elements modifier ordered-by path pattern position prefix presence range require-instance status
  value yang-version yin-element
text!: contact description organization reference
uri: namespace
condition: must when
date: revision revision-date
tag: unique`;

const ARGUMENTS: ReadonlyMap<string, YinArgument> = new Map(
  TABLE.trim()
    .split(/\n(?=\S)/)
    .flatMap((line) => {
      const [head = '', keywords = ''] = line.split(':');
      const name = head.replace('!', '');
      return keywords
        .trim()
        .split(/\s+/)
        .map((word): [string, YinArgument] => [
          word.replace('!', ''),
          { name, isElement: head.endsWith('!') || word.endsWith('!') },
        ]);
    }),
);

/** The argument of a keyword of YANG; undefined for one that takes none, or that YANG does not have. */
export function yinArgumentOf(keyword: string): YinArgument | undefined {
  return ARGUMENTS.get(keyword);
}

/** What an `extension` statement says of the argument; `undefined` when it takes none (section 7.19.2). */
export function yinArgumentOfExtension(extension: Statement): YinArgument | undefined {
  const argument = extension.find('argument');
  if (!argument) return undefined;
  return { name: argument.text, isElement: argument.argumentOf('yin-element') === 'true' };
}
