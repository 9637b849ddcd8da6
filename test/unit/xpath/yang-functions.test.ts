/** The functions of YANG 1.1, on the examples of RFC 7950, section 10. */
import assert from 'node:assert/strict';
import { compileXPath } from '../../../src/xpath/index.ts';
import { TreeModel, parseTree } from '../../support/xpath-tree.ts';
import type { TreeNode } from '../../support/xpath-tree.ts';

const DOCUMENT = parseTree(`
  <interface><name>eth0</name><type>ethernet</type><enabled>true</enabled><flags>UP</flags></interface>
  <interface><name>eth0.1</name><type>ethernet</type><enabled>false</enabled><flags>UP DOWN</flags></interface>
  <interface><name>eth0.25</name><type>gigabit-ethernet</type><flags></flags></interface>
  <outgoing>eth0</outgoing>
  <mgmt>eth0.1</mgmt>
  <alarm><severity>minor</severity></alarm>
  <alarm><severity>major</severity></alarm>
  <alarm><severity>critical</severity></alarm>`);

const SEVERITIES = new Map([
  ['minor', 3],
  ['major', 5],
  ['critical', 6],
]);
const BASES = new Map([
  ['ethernet', ['interface-type']],
  ['gigabit-ethernet', ['ethernet', 'interface-type']],
]);

class YangModel extends TreeModel {
  deref(node: TreeNode): TreeNode[] {
    const names = this.root(node).children.flatMap((it) => it.children.slice(0, 1));
    return names.filter(
      (it) => it.name === 'name' && this.stringValue(it) === this.stringValue(node),
    );
  }

  isDerivedFrom(
    node: TreeNode,
    identity: string,
    resolve: (prefix: string) => string | undefined,
    orSelf: boolean,
  ): boolean {
    const [name = '', prefix = ''] = identity.split(':').reverse();
    const value = this.stringValue(node);
    if (resolve(prefix) !== 'urn:t' || node.name !== 'type') return false;
    return (orSelf && value === name) || (BASES.get(value)?.includes(name) ?? false);
  }

  enumValue(node: TreeNode): number {
    return SEVERITIES.get(this.stringValue(node)) ?? NaN;
  }

  bitIsSet(node: TreeNode, bit: string): boolean {
    return this.stringValue(node).split(' ').includes(bit);
  }
}

const model = new YangModel();

function evaluate(text: string, context: TreeNode = DOCUMENT): unknown {
  const resolvePrefix = (prefix: string) => (prefix === 'exif' ? 'urn:t' : undefined);
  const value = compileXPath(text, { resolvePrefix, defaultNamespace: 'urn:t' }).evaluate(
    model,
    context,
  );
  return typeof value === 'object' ? value.map((node) => model.stringValue(node)).join(' ') : value;
}

function child(name: string): TreeNode {
  const found = DOCUMENT.children.find((node) => node.name === name);
  assert.ok(found);
  return found;
}

describe('functions of YANG', () => {
  const cases: readonly (readonly [expression: string, context: string, result: unknown])[] = [
    ['/interface[name=current()]/enabled = "true"', 'outgoing', true],
    ['/interface[name=current()]/enabled = "true"', 'mgmt', false],
    ['/interface[name=current()/../mgmt]/enabled', 'outgoing', 'false'],
    ['re-match("1.22.333", "\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")', '', true],
    ['re-match("1.22.3334", "\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")', '', false],
    ['count(/interface[re-match(name, "eth0\\.\\d+")])', '', 2],
    ['re-match("eth0", concat("eth", "\\d"))', '', true],
    ['deref(.)/../enabled = "true"', 'outgoing', true],
    ['deref(.)/../enabled', 'mgmt', 'false'],
    ['deref(/nothing)', 'mgmt', ''],
    ['count(/interface[derived-from(type, "exif:ethernet")])', '', 1],
    ['count(/interface[derived-from-or-self(type, "ethernet")])', '', 3],
    ['derived-from(/interface/name, "exif:ethernet")', '', false],
    ['/alarm[enum-value(severity) >= 5]/severity', '', 'major critical'],
    ['enum-value(/nothing)', '', NaN],
    ['enum-value(/outgoing)', '', NaN],
    ['/interface[bit-is-set(flags, "UP")]/name', '', 'eth0 eth0.1'],
    ['/interface[not(bit-is-set(flags, "UP"))]/name', '', 'eth0.25'],
    ['bit-is-set(/nothing, "UP")', '', false],
  ];
  for (const [expression, context, result] of cases) {
    it(`${expression} ${context && `at ${context}`} is ${String(result)}`, () => {
      assert.deepEqual(evaluate(expression, context === '' ? DOCUMENT : child(context)), result);
    });
  }

  it('takes current() from the options when they have it', () => {
    const compiled = compileXPath('current()', { resolvePrefix: () => undefined });
    const current = child('mgmt');
    assert.equal(compiled.string(model, DOCUMENT, { current }), 'eth0.1');
  });

  it('gives the model the prefixes of the module with the expression', () => {
    const asked: (string | undefined)[] = [];
    const prefixed = new (class extends YangModel {
      override stringValue(node: TreeNode, prefixOf?: (namespace: string) => string | undefined) {
        asked.push(prefixOf?.('urn:crypto'));
        return super.stringValue(node);
      }
    })();
    const compiled = compileXPath('outgoing = "mc:aes"', {
      resolvePrefix: () => undefined,
      defaultNamespace: 'urn:t',
      prefixOf: (namespace) => (namespace === 'urn:crypto' ? 'mc' : undefined),
    });
    assert.equal(compiled.boolean(prefixed, DOCUMENT), false);
    assert.deepEqual(asked.slice(0, 1), ['mc']);
  });
});
