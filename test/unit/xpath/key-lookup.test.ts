/** Predicates that pin keys are looked up by the model's index, with the same result as without one. */
import assert from 'node:assert/strict';
import { compileXPath } from '../../../src/xpath/index.ts';
import { TreeModel, parseTree } from '../../support/xpath-tree.ts';
import type { TreeNode } from '../../support/xpath-tree.ts';

const DOCUMENT = parseTree(`
  <user><name>a</name><realm>x</realm><age>30</age></user>
  <user><name>b</name><realm>x</realm><age>40</age></user>
  <user><name>b</name><realm>y</realm><age>50</age></user>
  <user><name>c</name><realm>y</realm><p:age>60</p:age></user>
  <who>b</who>
  <where>y</where>
  <all>a</all><all>c</all>`);

class IndexedModel extends TreeModel {
  asked: Record<string, string | number>[] = [];

  childrenByKeys(
    node: TreeNode,
    namespace: string,
    name: string,
    keys: ReadonlyMap<string, string | number>,
  ): TreeNode[] | undefined {
    this.asked.push(Object.fromEntries(keys));
    if (!keys.has('name')) return undefined;
    // Knows only one of the keys, so it returns more than what was asked for.
    return super
      .children(node, namespace, name)
      .filter((child) =>
        child.children.some((leaf) => this.stringValue(leaf) === keys.get('name')),
      );
  }
}

describe('look-up by key', () => {
  const cases: readonly (readonly [
    expression: string,
    ages: string,
    asked: Record<string, string | number> | undefined,
  ])[] = [
    ['user[name="b"]/age', '40 50', { name: 'b' }],
    ['user["b"=name]/age', '40 50', { name: 'b' }],
    ['user[name="b"][realm="y"]/age', '50', { name: 'b', realm: 'y' }],
    ['user[name="b" and realm="y"]/age', '50', { name: 'b', realm: 'y' }],
    ['user[name="b"][2]/age', '50', { name: 'b' }],
    ['user[name="b"][last()]/age', '50', { name: 'b' }],
    ['user[name=current()/who]/age', '40 50', { name: 'b' }],
    ['user[name=/who][realm=string(/where)]/age', '50', { name: 'b', realm: 'y' }],
    ['user[name="b"][age > 40]/age', '50', { name: 'b' }],
    ['user[realm="y"]/age', '50', { realm: 'y' }],
    ['user[name=/all]/age', '30', undefined],
    ['user[name=/nothing]/age', '', undefined],
    ['user[name="a"][name="b"]/age', '', undefined],
    ['user[age=40]/age', '40', { age: 40 }],
    ['user[name="b"][age=40]/age', '40', { name: 'b', age: 40 }],
    ['user[age=40][age="40"]/age', '40', undefined],
    ['user[2][name="b"]/age', '40', undefined],
    ['user[name="b" or realm="y"]/age', '40 50', undefined],
    ['user[name!="b"]/age', '30', undefined],
    ['user[name=realm]/age', '', undefined],
    ['user[name=../who]/age', '40 50', undefined],
    ['user[name=(/who)[1]]/age', '40 50', { name: 'b' }],
    ['user[age=-(-40)]/age', '40', { age: 40 }],
    ['user[age=/nothing | /nothing]/age', '', undefined],
    ['user[p:age="60"]/name', 'c', undefined],
    ['*[name="b"]/age', '40 50', undefined],
  ];
  for (const [expression, ages, asked] of cases) {
    it(expression, () => {
      const compiled = compileXPath(expression, {
        resolvePrefix: (prefix) => `urn:${prefix}`,
        defaultNamespace: 'urn:t',
      });
      const texts = (model: TreeModel): string =>
        compiled
          .nodes(model, DOCUMENT)
          .map((node) => model.stringValue(node))
          .join(' ');
      const indexed = new IndexedModel();
      assert.equal(texts(indexed), ages);
      assert.equal(texts(new TreeModel()), ages, 'without an index');
      assert.deepEqual(indexed.asked[0], asked);
    });
  }
});

describe('limit on visited nodes', () => {
  const compiled = compileXPath('//user[//user[//user[name="nobody"]]]', {
    resolvePrefix: () => undefined,
    defaultNamespace: 'urn:t',
  });

  it('stops an evaluation that visits too many', () => {
    assert.throws(
      () => compiled.boolean(new TreeModel(), DOCUMENT, { maxVisits: 50 }),
      /visits too many nodes/,
    );
    assert.equal(compiled.boolean(new TreeModel(), DOCUMENT, { maxVisits: 100_000 }), false);
  });

  it('visits a node once for each step, however many ways lead there', () => {
    const many = compileXPath(`//user${'/..//user'.repeat(30)}[name="nobody"]`, {
      resolvePrefix: () => undefined,
      defaultNamespace: 'urn:t',
    });
    assert.equal(many.boolean(new TreeModel(), DOCUMENT, { maxVisits: 10_000 }), false);
  });
});
