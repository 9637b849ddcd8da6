/** Statements to YANG text (RFC 7950, section 6), with two spaces of indentation per level. */
import type { Statement } from './statement.ts';

/** Arguments that need no quotes, by section 6.1.3 of RFC 7950. */
const PLAIN = /^[^\s"';{}/*+]+$/;

/** Prints a statement and everything below it. Parsing the result gives the same statements. */
export function printStatement(statement: Statement): string {
  const lines: string[] = [];
  print(statement, '', lines);
  return `${lines.join('\n')}\n`;
}

function print(statement: Statement, indent: string, lines: string[]): void {
  const { keyword, argument, substatements } = statement;
  const head = argument === undefined ? keyword : `${keyword} ${printArgument(argument)}`;
  if (substatements.length === 0) {
    lines.push(`${indent}${head};`);
    return;
  }
  lines.push(`${indent}${head} {`);
  for (const substatement of substatements) print(substatement, `${indent}  `, lines);
  lines.push(`${indent}}`);
}

/** Quoted when it must be; on one line, so that indentation cannot become part of the text. */
function printArgument(argument: string): string {
  if (PLAIN.test(argument)) return argument;
  const escaped = argument
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
