/** Modules with changes to their tokens and statements. */
import { parseYang } from '../../../src/yang/index.ts';
import { readCorpus, withText, type CorpusModule } from '../corpus.ts';
import { mutateYang } from '../mutate.ts';
import type { Sample, Target } from '../target.ts';
import { checkCompiled, checkOutputs, checkPrinted, checkPrintedYin } from './modules.ts';

let corpus: readonly CorpusModule[] | undefined;

export function corpusModules(): readonly CorpusModule[] {
  return (corpus ??= readCorpus());
}

export function moduleOf({ about }: Sample): CorpusModule {
  const module = corpusModules()[Number(about.split(' ')[0])];
  if (!module) throw new Error(`no module ${about}`);
  return module;
}

export const YANG: Target = {
  name: 'yang',
  make(random) {
    const modules = corpusModules();
    const index = random.below(modules.length);
    const { text: original = '', file = '' } = modules[index] ?? {};
    let text = original;
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      text = mutateYang(text, random.pick(modules).text, random);
    }
    return { text, about: `${index} ${file}` };
  },
  check(sample) {
    const module = moduleOf(sample);
    const { statement, diagnostics } = parseYang(sample.text, module.file);
    if (statement && diagnostics.length === 0) checkPrinted(statement);
    const { context } = checkCompiled(withText(module, sample.text), module.request);
    if (!context) return;
    if (statement) checkPrintedYin(statement);
    checkOutputs(context, module.request);
  },
};
