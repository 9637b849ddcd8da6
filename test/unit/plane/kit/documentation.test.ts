/** The guide for authors of planes names everything that they have to write. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../support/tools.ts';

const text = (path: string): string => readFileSync(join(packageRoot(), path), 'utf8');

/** Names of the members of an interface. */
function membersOf(path: string, name: string): readonly string[] {
  const [, body = ''] =
    new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(text(path)) ?? [];
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member = '']) => member);
}

const guide = text('docs/data-planes.md');

const missingFrom = (members: readonly string[]): readonly string[] =>
  members.filter((member) => !new RegExp(`\`${member}\\b`).test(guide));

describe('the guide for authors of data planes', () => {
  for (const [path, name, least] of [
    ['server/plane/kit/driver.ts', 'TableDriver', 10],
    ['server/plane/plane.ts', 'DataPlane', 9],
  ] as const) {
    it(`names every member of ${name}`, () => {
      const members = membersOf(path, name);
      assert.ok(members.length >= least);
      assert.deepEqual(missingFrom(members), []);
    });
  }

  it('does not name a member that there is not (control)', () => {
    assert.deepEqual(missingFrom(['prepare', 'usage']), ['usage']);
  });
});
