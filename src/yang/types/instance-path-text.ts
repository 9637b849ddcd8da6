/** The text of instance-identifiers (RFC 7950, sections 9.13 and 14, rule "instance-identifier"). */
import type { InstanceStep } from './type.ts';

/** Writes steps with the prefix of each module. */
export function printInstancePath(
  steps: readonly InstanceStep[],
  prefixOf: (module: string) => string,
): string {
  return steps.map((step) => printStep(step, prefixOf)).join('');
}

function printStep(step: InstanceStep, prefixOf: (module: string) => string): string {
  let text = `/${prefixOf(step.module)}:${step.name}`;
  for (const key of step.keys)
    text += `[${prefixOf(key.module)}:${key.name}=${literal(key.value)}]`;
  if (step.value !== undefined) text += `[.=${literal(step.value)}]`;
  if (step.position !== undefined) text += `[${step.position}]`;
  return text;
}

/** The grammar has no concat(): a value with both kinds of quotes cannot be written in XPath 1.0. */
function literal(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
