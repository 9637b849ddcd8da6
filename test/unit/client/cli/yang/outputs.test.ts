/** `sami yang tree`, `print`, `types` and `library`: what they print, and where. */
import assert from 'node:assert/strict';
import { moduleText, runYang } from '../../../../support/yang-command.ts';

const MODULE = moduleText(
  'm',
  'feature f; container c { leaf a { type int8; if-feature f; } leaf b { type string; } } rpc go;',
);
const BAD = moduleText('bad', 'leaf a { type strin; }');
const FILES = { 'm.yang': MODULE, 'bad.yang': BAD };

interface OutputCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly out: RegExp;
}

const CASES: readonly OutputCase[] = [
  {
    name: 'draws a tree',
    args: ['tree', '$D/m.yang'],
    out: /^module: m\n {2}\+--rw c\n {5}\+--rw a\? +int8 +\{f\}\?\n {5}\+--rw b\? +string\n\n {2}rpcs:\n {4}\+---x go\n$/,
  },
  {
    name: 'draws a part of a tree',
    args: ['tree', '--node', '/m:c/m:b', '$D/m.yang'],
    out: /^module: m\n {2}\+--rw c\n {5}\+--rw b\? +string\n$/,
  },
  {
    name: 'leaves out nodes of features that are off',
    args: ['tree', '--features', 'm:', '$D/m.yang'],
    out: /^module: m\n {2}\+--rw c\n {5}\+--rw b\? +string\n\n {2}rpcs:\n {4}\+---x go\n$/,
  },
  {
    name: 'prints YANG',
    args: ['print', '$D/m.yang'],
    out: /^module m \{\n {2}yang-version 1\.1;\n {2}namespace "?urn:m"?;\n {2}prefix m;\n\n {2}feature f;\n[^]*\}\n$/,
  },
  {
    name: 'prints YIN',
    args: ['print', '--format', 'yin', '$D/m.yang'],
    out: /^<\?xml[^]*<module[^>]* name="m"[^]*<leaf name="a">[^]*<\/module>\n$/,
  },
  {
    name: 'prints paths',
    args: ['print', '--format', 'paths', '$D/m.yang'],
    out: /^\/m:c\n\/m:c\/a\n\/m:c\/b\n\/m:go\n$/,
  },
  {
    name: 'prints what modules depend on',
    args: ['print', '--format', 'depends', '$D/m.yang'],
    out: /^m:\n$/,
  },
  {
    name: 'lists the modules that are used, with their features',
    args: ['print', '--format', 'modules', '$D/m.yang'],
    out: /^implemented m f\n$/,
  },
  {
    name: 'prints a document to be filled in',
    args: ['print', '--format', 'skeleton', '$D/m.yang'],
    out: /^<c xmlns="urn:m">\n {2}<a\/> [^]*<\/c>\n$/,
  },
  {
    name: 'prints types',
    args: ['types', '$D/m.yang'],
    out: /sami yang types m[^]*from 'sami\/data';[^]*readonly b\?: string/,
  },
  {
    name: 'prints a yang-library as XML',
    args: ['library', '$D/m.yang'],
    out: /^<yang-library xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-library">[^]*<name>m<\/name>[^]*<feature>f<\/feature>/,
  },
  {
    name: 'prints it as JSON in its older form',
    args: ['library', '--format', 'json', '--modules-state', '$D/m.yang'],
    out: /^\{\n {2}"ietf-yang-library:modules-state": \{[^]*"conformance-type": "implement"/,
  },
];

describe('what sami yang prints', () => {
  for (const { name, args, out } of CASES) {
    it(name, async () => {
      const result = await runYang(FILES, args);
      assert.equal(result.err, '');
      assert.match(result.out, out);
      assert.equal(result.code, 0);
    });
  }

  for (const command of ['tree', 'print', 'types', 'library']) {
    it(`prints nothing but diagnostics when a module has errors: ${command}`, async () => {
      const { code, out, err } = await runYang(FILES, [command, '$D/bad.yang']);
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, /^\.\/bad\.yang:1:\d+: error: [^]*1 error\n$/);
    });
  }

  it('says that there is no such node to draw', async () => {
    const { code, out, err } = await runYang(FILES, ['tree', '--node', '/m:nope', '$D/m.yang']);
    assert.deepEqual(
      { code, out, err },
      { code: 1, out: '', err: 'sami: no node "/m:nope" in m\n' },
    );
  });

  it('makes the directory of the types', async () => {
    const made = ['types', '--directory', '$D/a/b', '$D/m.yang'];
    assert.deepEqual(await runYang(FILES, made), { code: 0, out: '', err: '' });
  });

  it('refuses a name that no type can have', async () => {
    const { code, err } = await runYang(FILES, ['types', '--root-name', '9 x', '$D/m.yang']);
    assert.equal(code, 2);
    assert.match(err, /^sami: --root-name wants .*"9 x"\n$/);
  });

  it('prints what it can read again', async () => {
    const yin = await runYang(FILES, ['print', '--format', 'yin', '$D/m.yang']);
    const yang = await runYang({ 'm.yin': yin.out }, ['print', '$D/m.yin']);
    assert.equal(yang.err, '');
    assert.equal(yang.out, (await runYang(FILES, ['print', '$D/m.yang'])).out);
  });

  it('knows whether types are up to date', async () => {
    const types = await runYang(FILES, ['types', '$D/m.yang']);
    const check = ['types', '--check', '--output', '$D/m.ts', '$D/m.yang'];
    assert.deepEqual(await runYang({ ...FILES, 'm.ts': types.out }, check), {
      ...{ code: 0, out: '', err: '' },
    });
    const stale = await runYang({ ...FILES, 'm.ts': `${types.out}// more\n` }, check);
    assert.equal(stale.code, 1);
    assert.match(stale.err, /^sami: "\.\/m\.ts" .*line/);
    const others = ['types', '--check', '--directory', '$D', '$D/m.yang'];
    assert.equal((await runYang({ ...FILES, 'm.ts': types.out }, others)).code, 0);
    assert.equal((await runYang({ ...FILES, 'm.ts': '' }, others)).code, 1);
    const missing = await runYang(FILES, check);
    assert.deepEqual(missing, { code: 1, out: '', err: 'sami: "./m.ts" is missing\n' });
  });
});
