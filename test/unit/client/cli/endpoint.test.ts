import assert from 'node:assert/strict';
import { parseEndpoint, printEndpoint } from '../../../../client/cli/endpoint.ts';
import { UsageError } from '../../../../client/cli/exit-code.ts';

describe('user, host and port on the command line', () => {
  const cases = [
    ['u@host:8300', 'u@host:8300'],
    ['u@host', 'u@host:830'],
    ['host', 'me@host:830'],
    ['u@10.0.0.1:1', 'u@10.0.0.1:1'],
    ['u@[2001:db8::1]:8300', 'u@[2001:db8::1]:8300'],
    ['u@2001:db8::1', 'u@[2001:db8::1]:830'],
    ['u@domain@host', 'u@domain@host:830'],
  ] as const;
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => {
      assert.equal(printEndpoint(parseEndpoint(text, 'me')), expected);
    });
  }

  for (const text of [
    '',
    '@host',
    'u@',
    'u@host:',
    'u@host:0',
    'u@host:65536',
    'u@host:x',
    'u@[::1',
  ]) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => parseEndpoint(text, 'me'), UsageError);
    });
  }
});
