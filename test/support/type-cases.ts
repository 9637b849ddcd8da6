/** Runs tables of texts through types: what each is parsed to, or why it is refused. */
import assert from 'node:assert/strict';
import { InvalidValueError } from '../../src/yang/types/index.ts';
import type { LeafValue, TypeCommon, YangType } from '../../src/yang/types/index.ts';

/** A type that stands alone, in no module. */
export const ALONE: TypeCommon = {
  resolveModule: () => undefined,
  moduleByName: () => undefined,
};

/** A text with the value that it means, or with what the error says. */
export type TypeCase = readonly [text: string, result: LeafValue | RegExp];

export function testType(name: string, type: YangType, cases: readonly TypeCase[]): void {
  describe(name, () => {
    for (const [text, result] of cases) {
      const shown = text.length > 50 ? `${text.slice(0, 50)}…` : text;
      it(`${JSON.stringify(shown)}: ${result instanceof RegExp ? result.source : type.canonical(result)}`, () => {
        checkCase(type, text, result);
      });
    }
  });
}

function checkCase(type: YangType, text: string, result: LeafValue | RegExp): void {
  const parse = () => type.parse(text, () => undefined);
  if (result instanceof RegExp) {
    assert.throws(parse, (error) => {
      assert.ok(error instanceof InvalidValueError);
      assert.match(error.message, result);
      return true;
    });
    return;
  }
  const value = parse();
  assert.strictEqual(value, result);
  const printed = type.print(value, () => assert.fail('needs no prefix'));
  assert.equal(printed, type.canonical(value));
  assert.strictEqual(
    type.parse(printed, () => undefined),
    result,
    'the canonical form is stable',
  );
}
