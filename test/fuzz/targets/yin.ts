/** Modules in YIN, with changes to their elements. */
import { parseYang, parseYin, printYin } from '../../../src/yang/index.ts';
import { withText } from '../corpus.ts';
import { mutateXml } from '../mutate-xml.ts';
import type { Target } from '../target.ts';
import { checkCompiled, checkOutputs, checkPrinted } from './modules.ts';
import { corpusModules, moduleOf } from './yang.ts';

export const YIN: Target = {
  name: 'yin',
  make(random) {
    const modules = corpusModules();
    const index = random.below(modules.length);
    const { text: original = '', file = '' } = modules[index] ?? {};
    const { statement } = parseYang(original, file);
    if (!statement) return undefined;
    let text = printYin(statement);
    for (let left = random.below(4); left > 0; left -= 1) text = mutateXml(text, random);
    return { text, about: `${index} ${file}` };
  },
  check(sample) {
    const module = moduleOf(sample);
    const { statement, diagnostics } = parseYin(sample.text, module.file);
    const { context } = checkCompiled(withText(module, sample.text, 'yin'), module.request);
    if (context && statement && diagnostics.length === 0) checkPrinted(statement);
    if (context) checkOutputs(context, module.request);
  },
};
