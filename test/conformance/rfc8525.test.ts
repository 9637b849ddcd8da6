/**
 * RFC 8525: the YANG library, and modules-state for clients of RFC 7895. Whether its content is right is for
 * libyang's yanglint to say: it loads the schema that our library describes, and reads our library with it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageYangDirectory } from '../../src/node/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import { XmlWriter, childElements, textContent } from '../../src/xml/index.ts';
import { dataOf } from '../support/reading-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';
import { withTemporaryDirectory } from '../support/temporary-directory.ts';
import { missingProgram, skipIf } from '../support/tools.ts';

const NC = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const LIBRARY = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';

const get = (filter: string): string => `<get ${NC}><filter>${filter}</filter></get>`;
const library = (content = ''): string =>
  get(`<yang-library xmlns="${LIBRARY}">${content}</yang-library>`);
const modulesState = (content = ''): string =>
  get(`<modules-state xmlns="${LIBRARY}">${content}</modules-state>`);
const all = (text: string, name: string): readonly (string | undefined)[] =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, it]) => it);

describe('RFC 8525: YANG library', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  it('§3 one set of modules, of which the schema of every datastore is made', async () => {
    const text = await dataOf(client, library());
    assert.equal([...text.matchAll(/<module-set><name>/g)].length, 1);
    const [set] = all(text, 'module-set').filter((it) => it !== '');
    const schemas = all(text, 'schema').filter((it) => it !== '');
    assert.ok(set !== undefined && schemas.length > 0);
    assert.deepEqual(new Set(schemas), new Set([set]));
  });

  it('§3 datastores are those that there are', async () => {
    const names = (text: string): readonly string[] =>
      all(text, 'name')
        .map((it) => (it ?? '').replace(/^.*:/, ''))
        .sort();
    const filter = library('<datastore><name/></datastore>');
    assert.deepEqual(names(await dataOf(client, filter)), [
      'candidate',
      'intended',
      'operational',
      'running',
    ]);
    const context = serverSchema({ add: ['startup'], omit: ['candidate', 'nmda', 'compare'] });
    const other = await ServerFixture.start({ context });
    const text = await dataOf(await other.connect(), filter);
    await other.stop();
    assert.deepEqual(names(text), ['operational', 'running', 'startup']);
  });

  it('§3 implemented modules have their features, imported ones are apart', async () => {
    const text = await dataOf(client, library());
    assert.match(
      text,
      /<module><name>ietf-netconf<\/name><revision>2011-06-01<\/revision><namespace>[^<]*<\/namespace><feature>candidate<\/feature>/,
    );
    assert.match(text, /<import-only-module><name>ietf-inet-types<\/name>/);
    const { modules } = fixture.server.context;
    for (const { name, implemented } of modules.values()) {
      const element = implemented ? 'module' : 'import-only-module';
      assert.ok(text.includes(`<${element}><name>${name}</name>`), name);
    }
  });

  it('§3 content-id is that of the capability, and another one for another schema', async () => {
    const [id] = all(await dataOf(client, library('<content-id/>')), 'content-id');
    assert.ok(id);
    const capability = fixture.server.capabilities.find((it) => it.includes('yang-library:1.1'));
    assert.equal(capability?.split('content-id=')[1], id);
    const other = await ServerFixture.start({ context: serverSchema({ add: ['startup'] }) });
    const text = await dataOf(await other.connect(), library('<content-id/>'));
    await other.stop();
    assert.notDeepEqual(all(text, 'content-id'), [id]);
  });

  it('§3 (RFC 7895) modules-state has the same modules, each with its conformance type', async () => {
    const text = await dataOf(client, modulesState());
    assert.equal([...text.matchAll(/<module-set-id>/g)].length, 1);
    for (const { name, implemented } of fixture.server.context.modules.values()) {
      const type = implemented ? 'implement' : 'import';
      const entry = new RegExp(
        `<module><name>${name}</name>((?!</module>).)*<conformance-type>${type}<`,
      );
      assert.match(text, entry);
    }
  });

  it('yanglint loads the modules and features that the library has, and finds all state valid by them', async function () {
    skipIf(this, missingProgram('yanglint'));
    const reply = await client.session.request(`<get ${NC}/>`);
    assert.ok(reply.data);
    const elements = childElements(reply.data);
    await withTemporaryDirectory(async (directory) => {
      const data = join(directory, 'data.xml');
      await writeFile(data, elements.map(print).join(''));
      const options = implementedModules(elements);
      const judge = (file: string): ReturnType<typeof spawnSync> =>
        spawnSync(
          'yanglint',
          ['-Q', '-D', ...options, '-t', 'data', ...moduleFiles(elements), file],
          {
            timeout: 30_000,
            encoding: 'utf8',
            cwd: directory,
          },
        );
      const { status, stderr } = judge(data);
      assert.equal(status, 0, String(stderr));
      await writeFile(
        data,
        elements.map(print).join('').replace('<content-id>', '<content-id/><x>'),
      );
      assert.notEqual(judge(data).status, 0, 'the judge refuses what is wrong');
    });
  });
});

interface Described {
  readonly name: string;
  readonly revision: string;
  readonly features: readonly string[];
}

/** What the library says of implemented modules. */
function described(elements: readonly XmlElement[]): readonly Described[] {
  const library = elements.find(({ local }) => local === 'yang-library');
  const texts = (module: XmlElement, name: string): readonly string[] =>
    childElements(module)
      .filter(({ local }) => local === name)
      .map(textContent);
  return childElements(library as XmlElement)
    .filter(({ local }) => local === 'module-set')
    .flatMap((set) => childElements(set).filter(({ local }) => local === 'module'))
    .map((module) => ({
      name: texts(module, 'name').join(),
      revision: texts(module, 'revision').join(),
      features: texts(module, 'feature'),
    }));
}

/** Only these features; where to look for what is imported. */
function implementedModules(elements: readonly XmlElement[]): readonly string[] {
  const features = described(elements).flatMap((it) => ['-F', `${it.name}:${it.features.join()}`]);
  return [...FOLDERS.flatMap((folder) => ['-p', folder]), ...features];
}

function moduleFiles(elements: readonly XmlElement[]): readonly string[] {
  return described(elements).map(({ name, revision }) => {
    const file = `${name}@${revision}.yang`;
    const folder = FOLDERS.find((it) => existsSync(join(it, file)));
    assert.ok(folder !== undefined, file);
    return join(folder, file);
  });
}

const FOLDERS = ['ietf', 'sami'].map((it) => join(packageYangDirectory(), it));

function print(element: XmlElement): string {
  let text = '';
  const writer = new XmlWriter((part) => (text += part));
  writer.element(element);
  writer.end();
  return text;
}
