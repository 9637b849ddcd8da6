/** What the XPath filter of a client may cost (RFC 6241, section 8.9). */
import assert from 'node:assert/strict';
import { compileXPathFilter, decodeData, plainContent } from '../../../src/data/index.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import { compile } from '../../../src/yang/index.ts';

const MODULE = `module m { namespace "urn:m"; prefix m;
  list item { key id; leaf id { type string; } leaf n { type int32; } } }`;

describe('XPath filter', () => {
  const { context } = compile(new Map([['m.yang', MODULE]]), { modules: [{ name: 'm' }] });
  assert.ok(context);
  const items = Array.from({ length: 100 }, (_, n) => `<item><id>${n}</id><n>${n}</n></item>`);
  const data = `<data xmlns="urn:m">${items.join('')}</data>`;
  const tree = plainContent(decodeData(context.root, data));
  const select = (expression: string): unknown =>
    compileXPathFilter(expression, new Map([['m', 'urn:m']]), context, {
      maxVisits: 10_000,
    }).prune(tree);

  it('may visit the tree a few times', () => {
    assert.ok(select('//m:item[m:n > 50 and position() < 90]'));
  });

  it('ends with an error when it visits the tree for each of its nodes', () => {
    assert.throws(
      () => select('//*[count(//*) = count(//m:item/*)]'),
      (error) =>
        error instanceof RpcErrorException &&
        error.errors[0]?.tag === 'resource-denied' &&
        /looks at more than 10000 nodes/.test(error.message),
    );
  });

  it('must be an expression', () => {
    for (const expression of ['//m:item[', '//q:item', '$x']) {
      assert.throws(
        () => select(expression),
        (error) =>
          error instanceof RpcErrorException &&
          error.errors[0]?.tag === 'invalid-value' &&
          /filter expression is not valid/.test(error.message),
      );
    }
  });
});
