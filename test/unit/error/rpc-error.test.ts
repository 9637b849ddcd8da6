/** Errors for people to read. */
import assert from 'node:assert/strict';
import {
  RpcErrorException,
  describeRpcError,
  invalidValue,
  lockDenied,
  printPath,
  quoteXPath,
} from '../../../src/error/index.ts';
import type { PathStep } from '../../../src/error/index.ts';

const step = (module: string, name: string, more: Partial<PathStep> = {}): PathStep => ({
  namespace: `urn:${module}`,
  module,
  name,
  ...more,
});

describe('XPath literals', () => {
  const cases: [text: string, literal: string][] = [
    ['', "''"],
    ['a', "'a'"],
    ["it's", '"it\'s"'],
    ['say "a"', `'say "a"'`],
    [`it's "a"`, `concat('it', "'", 's "a"')`],
  ];
  for (const [text, literal] of cases) {
    it(`quotes ${text} as ${literal}`, () => {
      assert.equal(quoteXPath(text), literal);
    });
  }
});

describe('error paths (RFC 7950, section 9.13)', () => {
  const cases: { path: PathStep[]; text: string }[] = [
    { path: [], text: '/' },
    { path: [step('a', 'x'), step('a', 'y')], text: '/a:x/y' },
    { path: [step('a', 'x'), step('b', 'y')], text: '/a:x/b:y' },
    {
      path: [
        step('a', 'x', {
          keys: [
            ['k', '1'],
            ['l', "'"],
          ],
        }),
      ],
      text: `/a:x[k='1'][l="'"]`,
    },
    { path: [step('a', 'x', { value: 'v' })], text: "/a:x[.='v']" },
  ];
  for (const { path, text } of cases) {
    it(`prints ${text}`, () => {
      assert.equal(printPath(path), text);
    });
  }
});

describe('RPC errors', () => {
  it('are described with message, tag and path', () => {
    const error = invalidValue('too long', { path: [step('a', 'x')] });
    assert.equal(describeRpcError(error), 'too long [invalid-value] (/a:x)');
    assert.equal(describeRpcError({ type: 'rpc', tag: 'too-big', severity: 'error' }), 'too-big');
  });

  it('travel together in one exception', () => {
    const exception = new RpcErrorException([lockDenied(5), lockDenied(0)]);
    assert.equal(exception.errors.length, 2);
    assert.match(exception.message, /session 5 .*; .*not by a NETCONF session/);
    assert.deepEqual(new RpcErrorException(lockDenied(5)).errors, [lockDenied(5)]);
  });

  it('are described without control characters, and not at any length', () => {
    const text = describeRpcError(invalidValue(`\u001b[31m\u202e\n${'x'.repeat(1e6)}`, {}));
    assert.ok(text.startsWith('\u241b[31m\ufffd\u240ax'));
    assert.ok(text.length < 3000);
  });

  it('leave out what is not given', () => {
    assert.deepEqual(Object.keys(invalidValue('no', { path: undefined })).sort(), [
      'message',
      'severity',
      'tag',
      'type',
    ]);
  });
});
