/** Edits of valid data: what validation of the change finds is what validation of the whole finds. */
import {
  applyEdit,
  diffToEdit,
  parseDocument,
  sameTree,
  validate,
  validateDocument,
  validateFull,
} from '../../../src/data/index.ts';
import { describeRpcError, type RpcError } from '../../../src/error/index.ts';
import type { RandomSource } from '../../support/random-source.ts';
import { mutateXml } from '../mutate-xml.ts';
import { promise, promiseSame, type Target } from '../target.ts';
import { anySubject, contextOf, makeSamples } from './subjects.ts';

const OPERATIONS = ['merge', 'replace', 'create', 'delete', 'remove', 'none', 'x'];
const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';

/** Gives elements operations. */
function withOperations(text: string, random: RandomSource): string {
  return text.replaceAll(/<([\w-]+)(?=[ />])/g, (start) =>
    random.chance(0.12)
      ? `${start} xmlns:nc="${BASE}" nc:operation="${random.pick(OPERATIONS)}"`
      : start,
  );
}

export const EDITS: Target = {
  name: 'edit',
  make(random) {
    const subject = anySubject(random);
    const samples = makeSamples(subject, random, 14).filter(
      ({ kind, format }) => kind === 'config' && format === 'xml',
    );
    const [first] = samples;
    if (!first) return undefined;
    let { text } = random.pick(samples);
    if (random.chance(0.7)) text = withOperations(text, random);
    if (random.chance(0.3)) text = mutateXml(text, random);
    const operation = random.pick(['merge', 'replace', 'none']);
    return { text, about: `${subject} ${operation} ${first.text}` };
  },
  check({ text, about }) {
    const [, subject = '', operation, base = ''] = /^(\S+) (\S+) ([^]*)$/.exec(about) ?? [];
    const context = contextOf(subject);
    const options = { format: 'xml', type: 'config' } as const;
    const { document, errors } = parseDocument(context, base, options);
    if (!document || errors.length > 0 || validateDocument(document).length > 0) return;
    const parsed = parseDocument(context, text, { format: 'xml', type: 'edit' });
    const { document: change } = parsed;
    if (!change?.edit || parsed.errors.length > 0) return;
    const before = document.root;
    const defaultOperation = operation as 'merge' | 'replace' | 'none';
    const result = applyEdit(before, change.edit, { defaultOperation });
    if (result.errors.length > 0) return;
    const limits = { maxErrors: 500 };
    const lines = (found: readonly RpcError[]): string =>
      found.map(describeRpcError).sort().join('\n');
    promiseSame(
      'violations',
      lines(validateFull(result.tree, context, limits)),
      lines(validate(before, result.tree, context, limits)),
    );
    const back = applyEdit(before, diffToEdit(before, result.tree), { defaultOperation: 'none' });
    promise(back.errors.length === 0, () => `a difference: ${lines(back.errors)}`);
    promise(sameTree(back.tree, result.tree), () => 'a difference leads to another tree');
  },
};
