/** What case files say about modules: their diagnostics and trees. */
import {
  compile,
  printTree,
  type CompileResult,
  type ModuleRequest,
} from '../../src/yang/index.ts';
import type { CaseFile } from './case-file.ts';

function textsOf(file: CaseFile): ReadonlyMap<string, string> {
  return new Map([...file.sections].filter(([name]) => name.endsWith('.yang')));
}

/** One module to a line, `name@revision:feature,feature`; by default every module of the case. */
function requestsOf(file: CaseFile): readonly ModuleRequest[] {
  const stated = file.sections.get('modules')?.trim().split('\n');
  const modules = [...textsOf(file)]
    .filter(([, text]) => !/^\s*submodule\b/m.test(text))
    .map(([name]) => name.replace(/\.yang$/, ''));
  return (stated ?? modules).map((line) => {
    const [label = '', features] = line.split(':');
    const [name = '', revision] = label.split('@');
    return { name, revision, features: features === 'all' ? features : features?.split(',') };
  });
}

/** Compiles the modules of a case. */
export function compileCase(file: CaseFile): CompileResult {
  return compile(textsOf(file), { modules: requestsOf(file) });
}

/** A diagnostic to a line: place, severity and code. */
export function listDiagnostics({ diagnostics }: CompileResult): string {
  return diagnostics
    .map(
      ({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}\n`,
    )
    .join('');
}

/** The trees of all modules that are implemented. */
export function printTrees({ context }: CompileResult): string {
  if (!context) return '';
  const modules = [...context.modules.values()].filter(({ implemented }) => implemented);
  return modules.map(({ name }) => printTree(context, name)).join('\n');
}
