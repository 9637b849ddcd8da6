import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseDocument, printDocument, validateDocument } from '../../../../src/data/index.ts';
import { createFileModuleRepository } from '../../../../src/node/file-module-repository.ts';
import {
  compile,
  modulesFromYangLibrary,
  yangLibrary,
  yangLibraryJson,
  type ModuleRequest,
  type SchemaContext,
} from '../../../../src/yang/index.ts';
import { projectRoot } from '../../../support/case-file.ts';

const TEXTS = {
  'm@2026-01-02.yang':
    'module m { yang-version 1.1; namespace "urn:m"; prefix m; import t { prefix t; revision-date 2020-01-01; } import u { prefix u; } include sb; include sa; revision 2026-01-02; feature g; feature f; feature h; leaf a { type t:a; } leaf b { type u:b; } }',
  'sa@2025-05-05.yang':
    'submodule sa { yang-version 1.1; belongs-to m { prefix m; } revision 2025-05-05; }',
  'sb.yang': 'submodule sb { yang-version 1.1; belongs-to m { prefix m; } }',
  't@2020-01-01.yang':
    'module t { namespace "urn:t"; prefix t; revision 2020-01-01; typedef a { type string; } }',
  't@2021-01-01.yang':
    'module t { namespace "urn:t"; prefix t; include st; revision 2021-01-01; typedef a { type string; } }',
  'st.yang': 'submodule st { belongs-to t { prefix t; } }',
  'u.yang':
    'module u { yang-version 1.1; namespace "urn:u"; prefix u; import t { prefix t; revision-date 2021-01-01; } typedef b { type t:a; } }',
  'd2.yang':
    'module d2 { yang-version 1.1; namespace "urn:d2"; prefix d; import m { prefix m; } deviation /m:a { deviate add { default x; } } }',
  'd1@2026-02-02.yang':
    'module d1 { yang-version 1.1; namespace "urn:d1"; prefix d; import m { prefix m; } revision 2026-02-02; deviation /m:b { deviate add { default x; } } }',
};

function compileModules(modules: readonly ModuleRequest[]): SchemaContext {
  const { context, diagnostics } = compile(new Map(Object.entries(TEXTS)), { modules });
  assert.ok(context, JSON.stringify(diagnostics.map(({ message }) => message)));
  return context;
}

const ALL: readonly ModuleRequest[] = [
  { name: 'm', features: ['g', 'f'] },
  { name: 'd2' },
  { name: 'd1' },
];

/** Without members that are undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('yangLibrary', () => {
  const context = compileModules(ALL);

  it('lists modules with submodules, features and deviations (RFC 8525, section 3)', () => {
    const { yangLibrary: library } = yangLibrary(context);
    assert.deepEqual(plain(library.moduleSet), [
      {
        name: 'complete',
        module: [
          { name: 'd1', revision: '2026-02-02', namespace: 'urn:d1' },
          { name: 'd2', namespace: 'urn:d2' },
          {
            name: 'm',
            revision: '2026-01-02',
            namespace: 'urn:m',
            submodule: [{ name: 'sa', revision: '2025-05-05' }, { name: 'sb' }],
            feature: ['f', 'g'],
            deviation: ['d1', 'd2'],
          },
        ],
        importOnlyModule: [
          { name: 't', revision: '2020-01-01', namespace: 'urn:t' },
          { name: 't', revision: '2021-01-01', namespace: 'urn:t', submodule: [{ name: 'st' }] },
          { name: 'u', revision: '', namespace: 'urn:u' },
        ],
      },
    ]);
    assert.deepEqual(library.schema, [{ name: 'complete', moduleSet: ['complete'] }]);
    assert.deepEqual(library.datastore, [
      { name: 'ietf-datastores:running', schema: 'complete' },
      { name: 'ietf-datastores:operational', schema: 'complete' },
    ]);
  });

  it('lists all revisions for old clients (RFC 7895, section 2.2)', () => {
    const { modulesState, yangLibrary: library } = yangLibrary(context);
    assert.equal(modulesState.moduleSetId, library.contentId);
    assert.deepEqual(plain(modulesState.module), [
      { name: 'd1', revision: '2026-02-02', namespace: 'urn:d1', conformanceType: 'implement' },
      { name: 'd2', revision: '', namespace: 'urn:d2', conformanceType: 'implement' },
      {
        name: 'm',
        revision: '2026-01-02',
        namespace: 'urn:m',
        feature: ['f', 'g'],
        deviation: [
          { name: 'd1', revision: '2026-02-02' },
          { name: 'd2', revision: '' },
        ],
        conformanceType: 'implement',
        submodule: [
          { name: 'sa', revision: '2025-05-05' },
          { name: 'sb', revision: '' },
        ],
      },
      { name: 't', revision: '2020-01-01', namespace: 'urn:t', conformanceType: 'import' },
      {
        name: 't',
        revision: '2021-01-01',
        namespace: 'urn:t',
        conformanceType: 'import',
        submodule: [{ name: 'st', revision: '' }],
      },
      { name: 'u', revision: '', namespace: 'urn:u', conformanceType: 'import' },
    ]);
  });

  it('says where texts can be had, under names of choice', () => {
    const { yangLibrary: library, modulesState } = yangLibrary(context, {
      name: 'mine',
      datastores: ['ietf-datastores:candidate'],
      locations: (name, revision) =>
        name.startsWith('s') ? [`urn:x:${name}@${revision ?? ''}`, 'urn:y'] : [],
    });
    const module = library.moduleSet?.[0]?.module?.find(({ name }) => name === 'm');
    assert.equal(module?.location, undefined);
    assert.deepEqual(
      module?.submodule?.map(({ location }) => location),
      [
        ['urn:x:sa@2025-05-05', 'urn:y'],
        ['urn:x:sb@', 'urn:y'],
      ],
    );
    assert.deepEqual(library.schema, [{ name: 'mine', moduleSet: ['mine'] }]);
    assert.deepEqual(library.datastore, [{ name: 'ietf-datastores:candidate', schema: 'mine' }]);
    const state = modulesState.module?.find(({ name }) => name === 'm');
    assert.deepEqual(
      state?.submodule?.map(({ schema }) => schema),
      ['urn:x:sa@2025-05-05', 'urn:x:sb@'],
    );
  });
});

describe('content-id (RFC 8525, section 3)', () => {
  const idOf = (modules: readonly ModuleRequest[]): string =>
    yangLibrary(compileModules(modules)).yangLibrary.contentId;

  it('is the same for the same schema, in whatever order it was asked for', () => {
    assert.equal(idOf(ALL), idOf(ALL.toReversed()));
    assert.match(idOf(ALL), /^[0-9a-f]{32}$/);
  });

  for (const [name, modules] of [
    ['a feature', [{ name: 'm', features: ['g'] }, { name: 'd2' }, { name: 'd1' }]],
    ['a deviation', [{ name: 'm', features: ['g', 'f'] }, { name: 'd1' }]],
    ['an implemented module', [...ALL, { name: 'u' }]],
  ] as const) {
    it(`is another one when there is ${name} more or less`, () => {
      assert.notEqual(idOf(modules), idOf(ALL));
    });
  }

  it('is made by a digest of choice', () => {
    const { yangLibrary: library } = yangLibrary(compileModules(ALL), { digest: () => 'x' });
    assert.equal(library.contentId, 'x');
  });
});

describe('yangLibraryJson', () => {
  it('has the names of the nodes, and only what is there (RFC 7951)', () => {
    const json = yangLibraryJson(
      yangLibrary(compileModules([{ name: 'u' }]), { digest: () => '1' }),
    );
    const t = { name: 't', revision: '2021-01-01', namespace: 'urn:t' };
    assert.deepEqual(json, {
      'ietf-yang-library:yang-library': {
        'module-set': [
          {
            name: 'complete',
            module: [{ name: 'u', namespace: 'urn:u' }],
            'import-only-module': [{ ...t, submodule: [{ name: 'st' }] }],
          },
        ],
        schema: [{ name: 'complete', 'module-set': ['complete'] }],
        datastore: [
          { name: 'ietf-datastores:running', schema: 'complete' },
          { name: 'ietf-datastores:operational', schema: 'complete' },
        ],
        'content-id': '1',
      },
      'ietf-yang-library:modules-state': {
        'module-set-id': '1',
        module: [
          { ...t, 'conformance-type': 'import', submodule: [{ name: 'st', revision: '' }] },
          { name: 'u', revision: '', namespace: 'urn:u', 'conformance-type': 'implement' },
        ],
      },
    });
  });

  it('is valid by our own reading of ietf-yang-library, and can be had as XML', () => {
    const repository = createFileModuleRepository([join(projectRoot(), 'yang', 'ietf')]);
    const { context } = compile(repository, {
      modules: [{ name: 'ietf-yang-library' }, { name: 'ietf-datastores' }],
    });
    assert.ok(context);
    const text = JSON.stringify(yangLibraryJson(yangLibrary(compileModules(ALL))));
    const { document, errors } = parseDocument(context, text, { format: 'json' });
    assert.deepEqual(errors, []);
    assert.ok(document);
    assert.deepEqual(validateDocument(document), []);
    const xml = printDocument(document, { format: 'xml' });
    assert.deepEqual(xml.errors, []);
    assert.match(xml.text, /<submodule>\s*<name>sa<\/name>/);
    assert.match(xml.text, />\w+:running</);
  });

  it('is valid by yanglint', function () {
    if (spawnSync('yanglint', ['--version']).status !== 0) {
      if (process.env['CI'] === 'true') assert.fail('yanglint is not installed');
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'sami-library-'));
    const data = join(folder, 'data.json');
    writeFileSync(data, JSON.stringify(yangLibraryJson(yangLibrary(compileModules(ALL)))));
    const modules = join(projectRoot(), 'yang', 'ietf');
    const { status, stderr } = spawnSync(
      'yanglint',
      [
        '-p',
        modules,
        '-p',
        '/usr/share/yang/modules/libyang',
        '-t',
        'data',
        '-f',
        'json',
        '-y',
        join(modules, 'ietf-yang-library@2019-01-04.yang'),
        data,
      ],
      { encoding: 'utf8' },
    );
    rmSync(folder, { recursive: true });
    assert.equal(status, 0, stderr);
  });
});

describe('modulesFromYangLibrary', () => {
  const expected = [
    { name: 'd1', revision: '2026-02-02', features: [] },
    { name: 'd2', revision: undefined, features: [] },
    { name: 'm', revision: '2026-01-02', features: ['f', 'g'] },
  ];
  const content = yangLibrary(compileModules(ALL));
  const json = yangLibraryJson(content);
  const forms: readonly (readonly [string, unknown])[] = [
    ['both trees', content],
    ['yang-library alone', content.yangLibrary],
    ['modules-state alone', content.modulesState],
    ['JSON of both', json],
    ['JSON of yang-library', json['ietf-yang-library:yang-library']],
    [
      'JSON of modules-state',
      { 'ietf-yang-library:modules-state': json['ietf-yang-library:modules-state'] },
    ],
  ];

  for (const [name, form] of forms) {
    it(`lists what is implemented, from ${name}`, () => {
      assert.deepEqual(modulesFromYangLibrary(form), expected);
    });
  }

  it('gives what compiles to the same schema', () => {
    const again = compileModules(modulesFromYangLibrary(json));
    assert.deepEqual(yangLibrary(again), content);
  });

  const library = {
    'module-set': [
      { name: 'one', module: [{ name: 'a', namespace: 'urn:a' }] },
      {
        name: 'two',
        module: [
          { name: 'b', namespace: 'urn:b' },
          { name: 'a', namespace: 'urn:a' },
        ],
      },
      { name: 'three', module: [{ name: 'c', namespace: 'urn:c' }] },
    ],
    schema: [
      { name: 'config', 'module-set': ['one', 'two'] },
      { name: 'state', 'module-set': ['three'] },
      { name: 'none' },
    ],
    datastore: [
      { name: 'ietf-datastores:running', schema: 'config' },
      { name: 'ietf-datastores:operational', schema: 'state' },
      { name: 'ietf-datastores:startup', schema: 'none' },
    ],
  };
  const datastores: readonly (readonly [string | undefined, readonly string[]])[] = [
    ['ietf-datastores:running', ['a', 'b']],
    ['ietf-datastores:operational', ['c']],
    ['ietf-datastores:startup', []],
    ['ietf-datastores:candidate', []],
    [undefined, ['a', 'b', 'c']],
  ];

  for (const [datastore, names] of datastores) {
    it(`lists the modules of ${datastore ?? 'all datastores'}`, () => {
      const found = modulesFromYangLibrary(library, { datastore });
      assert.deepEqual(
        found.map(({ name }) => name),
        names,
      );
    });
  }

  it('passes over what is malformed', () => {
    const bad = {
      'module-set': [
        null,
        1,
        { module: [{}, { name: 1 }, { name: '' }, { name: 'a', feature: [1, 'f'], revision: 2 }] },
      ],
    };
    assert.deepEqual(modulesFromYangLibrary(bad), [
      { name: 'a', revision: undefined, features: ['f'] },
    ]);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(modulesFromYangLibrary(value), []);
        assert.deepEqual(
          modulesFromYangLibrary(
            { 'module-set': value, schema: value, module: value },
            { datastore: 'x' },
          ),
          [],
        );
      }),
    );
  });
});
