/** identityref, leafref and instance-identifier (RFC 7950, sections 9.9, 9.10 and 9.13). */
import assert from 'node:assert/strict';
import { compileXPath } from '../../../../src/xpath/index.ts';
import type {
  DataSchemaNode,
  Identity,
  LeafNode,
  ModuleInfo,
  SchemaContext,
} from '../../../../src/yang/schema.ts';
import {
  createBitsType,
  createEmptyType,
  createIdentityrefType,
  createInstanceIdentifierType,
  createIntegerType,
  createLeafrefType,
  createStringType,
  createUnionType,
  identityValue,
} from '../../../../src/yang/types/index.ts';
import type { LeafValue, TypeCommon, YangType } from '../../../../src/yang/types/index.ts';
import { ALONE } from '../../../support/type-cases.ts';

function moduleInfo(name: string, prefix: string, implemented = true): ModuleInfo {
  const namespace = `urn:example:${name}`;
  return {
    name,
    namespace,
    prefix,
    revision: undefined,
    revisions: [],
    yangVersion: '1.1',
    organization: undefined,
    contact: undefined,
    description: undefined,
    reference: undefined,
    submodules: [],
    imports: [],
    features: new Set(),
    deviatedBy: [],
    implemented,
    extensions: [],
  };
}

const MODULES = [
  moduleInfo('crypto-base', 'crypto'),
  moduleInfo('my-crypto', 'mc'),
  moduleInfo('des', 'des', false),
] as const;
const [BASE, MINE, IMPORTED] = MODULES;

const COMMON: TypeCommon = {
  resolveModule: (namespace) => MODULES.find((module) => module.namespace === namespace),
  moduleByName: (name) => MODULES.find((module) => module.name === name),
};

function identity(module: ModuleInfo, name: string, ...bases: Identity[]): Identity {
  const ancestors = new Set<Identity>(bases.flatMap((base) => [...base.ancestors]));
  const made: Identity = { module, name, bases, ancestors };
  ancestors.add(made);
  return made;
}

/** Prefixes of an XML element; '' is the default namespace. */
function scope(bindings: Readonly<Record<string, ModuleInfo>>) {
  return (prefix: string): string | undefined => bindings[prefix]?.namespace;
}

const printedAs = (type: YangType, value: LeafValue): string => {
  return type.print(value, (namespace, preferred) => `${preferred}-of-${namespace.slice(12)}`);
};

describe('identityref', () => {
  const algorithm = identity(BASE, 'crypto-alg');
  const symmetric = identity(BASE, 'symmetric-key');
  const aes = identity(MINE, 'aes', algorithm, symmetric);
  const des3 = identity(IMPORTED, 'des3', algorithm);
  const rsa = identity(MINE, 'rsa', algorithm);
  const aes256 = identity(MINE, 'aes256', aes);
  const all = [algorithm, symmetric, aes, des3, rsa, aes256];
  const type = createIdentityrefType([algorithm], () => all, COMMON);
  const both = createIdentityrefType([algorithm, symmetric], () => all, COMMON);
  const bound = scope({ x: MINE, '': MINE, b: BASE, d: IMPORTED });

  it('resolves prefixes and the default namespace', () => {
    assert.strictEqual(type.parse('x:aes', bound), identityValue(aes));
    assert.strictEqual(type.parse('aes', bound), identityValue(aes));
    assert.strictEqual(type.parse('x:aes256', bound), identityValue(aes256));
  });

  it('prints a prefix for the writer and the module name as canonical text', () => {
    assert.equal(printedAs(type, identityValue(aes)), 'mc-of-my-crypto:aes');
    assert.equal(type.canonical(identityValue(aes)), 'my-crypto:aes');
  });

  it('gives one object per identity', () => {
    assert.strictEqual(both.parse('x:aes', bound), type.parse('x:aes', bound));
  });

  const bad: readonly (readonly [text: string, message: RegExp])[] = [
    ['b:crypto-alg', /"b:crypto-alg" is not derived from "crypto-base:crypto-alg"/],
    ['b:symmetric-key', /is not derived from/],
    [
      'x:none',
      /no identity derived from "crypto-base:crypto-alg": module "my-crypto" has no such identity/,
    ],
    ['y:aes', /prefix "y" of identity "y:aes" is not declared/],
    ['d:des3', /of module "des", which is not implemented/],
    ['', /is no identity/],
  ];
  for (const [text, message] of bad) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => type.parse(text, bound), message);
    });
  }

  it('needs a default namespace for a name without a prefix', () => {
    assert.throws(() => type.parse('aes', scope({ x: MINE })), /namespace "" has no such identity/);
  });

  it('wants all bases', () => {
    assert.throws(
      () => both.parse('x:rsa', bound),
      /not derived from "crypto-base:crypto-alg" and "crypto-base:symmetric-key"/,
    );
  });
});

describe('leafref', () => {
  const path = compileXPath('../a', { resolvePrefix: () => undefined });

  it('has the values of the leaf it refers to, which may be compiled later', () => {
    const compiled: LeafNode[] = [];
    const findTarget = (): LeafNode => compiled[0] ?? assert.fail('too early');
    const type = createLeafrefType(path, true, findTarget, ALONE);
    const target = {
      type: createIntegerType('uint8', [{ text: '1..9' }], ALONE),
    } as unknown as LeafNode;
    compiled.push(target);
    assert.equal(
      type.parse('+5', () => undefined),
      5,
    );
    assert.equal(type.canonical(5), '5');
    assert.throws(() => type.parse('10', () => undefined), /10 is outside 1\.\.9/);
    assert.equal(type.target, target);
    assert.equal(type.path, path);
    const union = createUnionType([type, createEmptyType(ALONE)], ALONE);
    assert.equal(union.memberOf(5), type);
  });
});

describe('instance-identifier', () => {
  const ex = moduleInfo('example', 'ex');
  const other = moduleInfo('other', 'ot');
  const common: TypeCommon = {
    resolveModule: (namespace) => [ex, other].find((module) => module.namespace === namespace),
    moduleByName: (name) => [ex, other].find((module) => module.name === name),
  };
  const text = createStringType([], [], common);

  /** Only what the type looks at. */
  function node(kind: string, name: string, more: object = {}, module = ex): DataSchemaNode {
    return { kind, name, module, type: text, ...more } as unknown as DataSchemaNode;
  }
  function branch(kind: string, name: string, dataChildren: DataSchemaNode[], more: object = {}) {
    const dataChild = (namespace: string, local: string) =>
      dataChildren.find((child) => child.module.namespace === namespace && child.name === local);
    return node(kind, name, { dataChildren, dataChild, ...more });
  }

  const port = node('leaf', 'port', { type: createIntegerType('uint16', [], common) });
  const ip = node('leaf', 'ip');
  const name = node('leaf', 'name');
  const enabled = node('leaf', 'enabled', { type: createEmptyType(common) });
  const flags = node('leaf-list', 'flags', {
    type: createBitsType(
      new Map([
        ['a', 0],
        ['b', 1],
      ]),
      common,
    ),
  });
  const root = branch('root', '', [
    branch('container', 'system', [
      branch('container', 'services', [
        branch('container', 'ssh', [node('leaf', 'port'), node('leaf-list', 'cipher'), flags]),
      ]),
      branch('list', 'user', [name, node('leaf', 'type'), node('leaf', 'note', {}, other)], {
        keys: [name],
      }),
      branch('list', 'server', [ip, port], { keys: [ip, port] }),
      branch('list', 'service', [name, enabled], { keys: [name, enabled] }),
    ]),
    branch('container', 'stats', [branch('list', 'port', [], { keys: [] })]),
  ]);
  const type = createInstanceIdentifierType(
    true,
    () => ({ root }) as unknown as SchemaContext,
    common,
  );
  const bound = scope({ e: ex, o: other });

  const good: readonly (readonly [text: string, canonical: string])[] = [
    ['/e:system/e:services/e:ssh', '/example:system/example:services/example:ssh'],
    [
      '/e:system/e:services/e:ssh/e:port',
      '/example:system/example:services/example:ssh/example:port',
    ],
    ["/e:system/e:user[e:name='fred']", "/example:system/example:user[example:name='fred']"],
    [
      '/e:system/e:user[ e:name = "fred" ]/e:type',
      "/example:system/example:user[example:name='fred']/example:type",
    ],
    [
      "/e:system/e:user[e:name='fred']/o:note",
      "/example:system/example:user[example:name='fred']/other:note",
    ],
    [`/e:system/e:user[e:name="it's"]`, `/example:system/example:user[example:name="it's"]`],
    [
      "/e:system/e:server[e:port='+080'][e:ip='192.0.2.1']",
      "/example:system/example:server[example:ip='192.0.2.1'][example:port='80']",
    ],
    [
      "/e:system/e:service[e:name='foo'][e:enabled='']",
      "/example:system/example:service[example:name='foo'][example:enabled='']",
    ],
    [
      "/e:system/e:services/e:ssh/e:cipher[.='blowfish-cbc']",
      "/example:system/example:services/example:ssh/example:cipher[.='blowfish-cbc']",
    ],
    [
      "/e:system/e:services/e:ssh/e:flags[.='b a']",
      "/example:system/example:services/example:ssh/example:flags[.='a b']",
    ],
    ['/e:stats/e:port[3]', '/example:stats/example:port[3]'],
  ];
  for (const [given, canonical] of good) {
    it(given, () => {
      const value = type.parse(given, bound);
      assert.equal(type.canonical(value), canonical);
      const printed = type.print(value, (namespace) => (namespace === ex.namespace ? 'e' : 'o'));
      assert.equal(type.canonical(type.parse(printed, bound)), canonical);
    });
  }

  const bad: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /it is empty/],
    ['e:system', /expected "\/prefix:name" at offset 0/],
    ['/system', /expected "\/prefix:name" at offset 0/],
    ['/e:system/', /at offset 9/],
    ['/e:system//e:user', /at offset 9/],
    ['/x:system', /the schema has no "x:system" there/],
    ['/e:nothing', /the schema has no "e:nothing" there/],
    ['/e:system/e:services/e:ssh/e:port/e:x', /the schema has no "e:x"/],
    ['/e:system/e:user', /list "user" needs a value for key "name"/],
    ["/e:system/e:user[e:type='x']", /needs a value for key "name"/],
    ["/e:system/e:user[e:name='x'][e:name='x']", /takes one predicate for each of its 1 keys/],
    ["/e:system/e:server[e:ip='x'][e:port='70000']", /"port": 70000 is outside 0\.\.65535/],
    ["/e:system[e:name='x']", /container "system" cannot have this predicate/],
    ['/e:system/e:services/e:ssh/e:cipher', /leaf-list "cipher" needs one predicate/],
    ['/e:system/e:user[1]', /needs a value for key "name"/],
    ['/e:stats/e:port[0]', /expected \[prefix:key='value'\]/],
    ["/e:system/e:user[name='x']", /expected \[prefix:key='value'\]/],
    ["/e:system/e:user[e:name='x'", /expected \[prefix:key='value'\]/],
    ['/e:a'.repeat(600), /more than 512 steps/],
  ];
  for (const [given, message] of bad) {
    it(`refuses ${given.slice(0, 60)}`, () => {
      assert.throws(() => type.parse(given, bound), message);
    });
  }
});
