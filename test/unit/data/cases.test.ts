/** Edits, validation and filters by case files: modules and data in, data and errors out. */
import assert from 'node:assert/strict';
import {
  Branch,
  DataList,
  compileSubtreeFilter,
  compileXPathFilter,
} from '../../../src/data/index.ts';
import type { Selection } from '../../../src/data/index.ts';
import { parseXml } from '../../../src/xml/index.ts';
import { checkSection, readCases } from '../../support/case-file.ts';
import { checkData, checkEdits, schemaOf, sectionsOf } from '../../support/data-cases.ts';
import { dataOf, treeText } from '../../support/data-text.ts';

describe('edits (RFC 6241, section 7.2; RFC 7950, section 7)', () => {
  for (const file of readCases('edit')) {
    describe(file.name.replaceAll('-', ' '), () => {
      checkEdits(file, schemaOf(file));
    });
  }
});

describe('validation (RFC 7950, sections 8 and 15)', () => {
  for (const file of readCases('validate')) {
    describe(file.name.replaceAll('-', ' '), () => {
      checkData(file, schemaOf(file));
    });
  }
});

/** Prunes as a server does that reads a list entry by entry: walks down and prunes each. */
function pruneInSteps(branch: Branch, selection: Selection): Branch | undefined {
  let result = new Branch(branch.schema, []);
  const key = (node: Branch['schema']['dataChildren'][number]): boolean =>
    node.kind === 'leaf' && node.isKey;
  for (const child of branch.schema.dataChildren) {
    const value = branch.get(child);
    if (value === undefined) continue;
    if (!selection.selects(child)) continue;
    if (child.kind === 'container') {
      const inside = selection.container(child, value as Branch);
      const pruned = inside && pruneInSteps(value as Branch, inside);
      if (pruned) result = result.with(child, pruned);
    } else if (child.kind === 'list') {
      const inside = selection.list(child);
      const entries = value as DataList;
      const rows = inside?.keys
        ? inside.keys.flatMap((keys) => entries.find(keys) ?? [])
        : inside
          ? [...entries]
          : [];
      const pruned = rows.flatMap((row) => inside?.prune(row) ?? []);
      if (pruned.length > 0) result = result.with(child, DataList.from(child, pruned));
    } else {
      const others = new Branch(branch.schema, []).with(child, value);
      const probe = branch.schema.dataChildren.reduce(
        (at, each) => (key(each) ? at.with(each, branch.get(each)) : at),
        others,
      );
      const picked = selection.prune(probe)?.get(child);
      if (picked !== undefined) result = result.with(child, picked);
    }
  }
  return result.slots.some((slot) => slot !== undefined) ? result : undefined;
}

describe('filters (RFC 6241, sections 6 and 8.9)', () => {
  for (const file of readCases('filter')) {
    describe(file.name.replaceAll('-', ' '), () => {
      const context = schemaOf(file);
      const data = dataOf(context, file.sections.get('data') ?? '');
      const check = (title: string, name: string, selection: Selection): void => {
        checkSection(file, `selected ${name}`, treeText(selection.prune(data)), title);
        if (selection.whole === true) return;
        const stepwise = pruneInSteps(data, selection);
        assert.equal(treeText(stepwise), treeText(selection.prune(data)), 'the same in steps');
      };
      for (const { title, name, text } of sectionsOf(file, 'filter')) {
        it(name, () => {
          check(
            title,
            name,
            compileSubtreeFilter(parseXml(`<filter xmlns="urn:m">${text}</filter>`), context),
          );
        });
      }
      for (const { title, name, text } of sectionsOf(file, 'xpath')) {
        it(name, () => {
          const bindings = new Map([
            ['m', 'urn:m'],
            ['o', 'urn:o'],
          ]);
          check(title, name, compileXPathFilter(text.trim(), bindings, context));
        });
      }
    });
  }
});
