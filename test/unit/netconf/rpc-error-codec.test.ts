/** rpc-error both ways, for every tag and type (RFC 6241, section 4.3 and appendix A). */
import assert from 'node:assert/strict';
import * as errors from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import {
  ERROR_TAGS,
  ERROR_TYPES,
  NETCONF_BASE_NS,
  decodeRpcError,
  encodeRpcErrors,
} from '../../../src/netconf/index.ts';
import type { ReceivedRpcError } from '../../../src/netconf/index.ts';
import { XmlWriter, childElements, parseXml } from '../../../src/xml/index.ts';

function encode(...list: RpcError[]): string {
  let xml = '';
  const writer = new XmlWriter((text) => {
    xml += text;
  });
  writer.open(NETCONF_BASE_NS, 'rpc-reply');
  encodeRpcErrors(writer, list);
  writer.close();
  writer.end();
  return xml;
}

const decodeAll = (xml: string): ReceivedRpcError[] =>
  childElements(parseXml(xml)).map(decodeRpcError);

/** Without what only a receiver adds. */
const decode = (xml: string): RpcError[] =>
  decodeAll(xml).map((error) => {
    const rest: RpcError & { steps?: unknown; vendorInfo?: unknown } = { ...error };
    delete rest.steps;
    delete rest.vendorInfo;
    return rest;
  });

const step = (name: string, more: Partial<PathStep> = {}): PathStep => ({
  namespace: 'urn:sami',
  module: 'sami',
  name,
  ...more,
});
const path: PathStep[] = [
  step('sami'),
  step('vm', { keys: [['id', "it's"]] }),
  { namespace: 'urn:s', module: 'sami-session', name: 'sessions' },
  step('tag', { value: 'x' }),
];
const pathText = `/sami:sami/sami:vm[sami:id="it's"]/sami-session:sessions/sami:tag[.='x']`;

/** What a peer that received `error` knows of it: paths are text by then. */
function asReceived(error: RpcError): RpcError {
  const text = (item: readonly PathStep[] | string): string =>
    typeof item === 'string' ? item : item.length === path.length ? pathText : '/sami:sami';
  const { path: errorPath, info, ...rest } = error;
  return {
    ...rest,
    ...(errorPath === undefined ? {} : { path: text(errorPath) }),
    ...(info?.nonUnique
      ? { info: { ...info, nonUnique: info.nonUnique.map(text) } }
      : info && { info }),
  };
}

describe('rpc-error', () => {
  for (const tag of ERROR_TAGS) {
    for (const type of ERROR_TYPES) {
      for (const severity of ['error', 'warning'] as const) {
        it(`carries ${tag} of type ${type} and severity ${severity}`, () => {
          const error: RpcError = { type, tag, severity };
          const xml = encode(error);
          assert.ok(xml.includes(`<error-tag>${tag}</error-tag>`));
          assert.ok(xml.includes(`<error-type>${type}</error-type>`));
          assert.deepEqual(decode(xml), [error]);
        });
      }
    }
  }

  const constructed: RpcError[] = [
    errors.inUse('in use'),
    errors.invalidValue('no', { path, appTag: 'range' }),
    errors.tooBig('big', { type: 'transport' }),
    errors.missingAttribute('message-id', 'rpc', { type: 'rpc' }),
    errors.badAttribute('operation', 'vm'),
    errors.unknownAttribute('x', 'vm'),
    errors.missingElement('target'),
    errors.badElement('source', { type: 'protocol' }),
    errors.unknownElement('foo', { path }),
    errors.unknownNamespace('foo', 'urn:foo'),
    errors.accessDenied(),
    errors.lockDenied(0),
    errors.lockDenied(4294967295),
    errors.resourceDenied('table full'),
    errors.rollbackFailed('stuck'),
    errors.dataExists({ path }),
    errors.dataMissing({ path }),
    errors.operationNotSupported('no'),
    errors.operationFailed('<&>\u0000'.replace('\u0000', '')),
    errors.malformedMessage('not XML'),
    errors.dataNotUnique(path, [path, [step('sami')]]),
    errors.tooManyElements(path, 3),
    errors.tooFewElements(path, 3),
    errors.mustViolation(path, "a = 'b'"),
    errors.mustViolation(path, 'a', { message: 'mine', appTag: 'own' }),
    errors.instanceRequired(path),
    errors.missingChoice(path, 'how'),
    errors.missingInstance(path, 'key', 'vm'),
    errors.typeViolation(path, 'too long', 'len'),
    errors.missingKey(path, 'id'),
    errors.missingMandatory(path, 'mode'),
    errors.secondCase(path, 'b', 'how'),
    errors.whenFalse(path, 'b', '../a'),
  ];
  for (const error of constructed) {
    it(`carries ${errors.describeRpcError(error)}`, () => {
      assert.deepEqual(decode(encode(error)), [asReceived(error)]);
    });
  }

  it('has a constructor for every tag that is not obsolete', () => {
    const tags = new Set(constructed.map((error) => error.tag));
    assert.deepEqual(
      ERROR_TAGS.filter((tag) => !tags.has(tag)),
      ['partial-operation'],
    );
  });

  it('is written as RFC 6241 and RFC 7950 show it', () => {
    const error = errors.dataNotUnique([step('sami')], [[step('sami'), step('id')]]);
    assert.equal(
      encode(error),
      '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">' +
        '<rpc-error xmlns:sami="urn:sami"><error-type>application</error-type>' +
        '<error-tag>operation-failed</error-tag><error-severity>error</error-severity>' +
        '<error-app-tag>data-not-unique</error-app-tag><error-path>/sami:sami</error-path>' +
        '<error-message xml:lang="en">entries agree in all that must be unique together: /sami:sami/id</error-message>' +
        '<error-info><non-unique xmlns="urn:ietf:params:xml:ns:yang:1">/sami:sami/sami:id</non-unique></error-info>' +
        '</rpc-error></rpc-reply>',
    );
  });

  it('declares the prefixes of a path on rpc-error, whose scope counts', () => {
    const [error] = childElements(parseXml(encode(errors.dataMissing({ path }))));
    assert.equal(error?.bindings.get('sami'), 'urn:sami');
    assert.equal(error.bindings.get('sami-session'), 'urn:s');
  });

  it('keeps errors of one reply in order', () => {
    const list: RpcError[] = [errors.accessDenied(), errors.lockDenied(5), errors.inUse('x')];
    assert.deepEqual(decode(encode(...list)), list);
  });

  it('reads what peers write that know no better', () => {
    const ns = `xmlns="${NETCONF_BASE_NS}"`;
    const inner = '<error-tag> strange </error-tag><error-message>\n why \n</error-message>';
    const vendor = '<error-info><x xmlns="urn:v">1</x></error-info>';
    assert.deepEqual(decode(`<r ${ns}><rpc-error>${inner}${vendor}</rpc-error></r>`), [
      {
        type: 'application',
        tag: 'operation-failed',
        severity: 'error',
        message: 'unknown error-tag "strange": why',
        info: { elements: [{ namespace: 'urn:v', name: 'x', content: '1' }] },
      },
    ]);
  });

  const error = (content: string): ReceivedRpcError | undefined =>
    decodeAll(`<r xmlns="${NETCONF_BASE_NS}" xmlns:v="urn:v">${content}</r>`)[0];
  const tagged = (tag: string, rest: string): ReceivedRpcError | undefined =>
    error(
      `<rpc-error><error-type>protocol</error-type><error-tag>${tag}</error-tag>` +
        `<error-severity>error</error-severity>${rest}</rpc-error>`,
    );

  it('keeps error-info of vendors as it came, attributes and prefixes included', () => {
    const info =
      '<v:hint v:level="2">see <v:b>q</v:b></v:hint><reason xmlns="urn:w">v:late</reason>';
    const received = tagged(
      'lock-denied',
      `<error-info><session-id>4</session-id>${info}</error-info>`,
    );
    assert.deepEqual(
      received?.vendorInfo?.map(({ namespace, local }) => [namespace, local]),
      [
        ['urn:v', 'hint'],
        ['urn:w', 'reason'],
      ],
    );
    assert.equal(received.vendorInfo[0]?.attributes[0]?.value, '2');
    assert.equal(received.vendorInfo[1]?.bindings.get('v'), 'urn:v');
    // By the tag the type knows what else there is.
    assert.ok(received.tag === 'lock-denied');
    assert.equal(received.info?.sessionId, 4);
  });

  it('has no vendorInfo where there is nothing of a vendor', () => {
    const received = tagged('bad-element', '<error-info><bad-element>x</bad-element></error-info>');
    assert.equal(received?.vendorInfo, undefined);
    assert.ok(received?.tag === 'bad-element');
    assert.equal(received.info?.badElement, 'x');
  });

  const paths: { name: string; path: string; steps: unknown }[] = [
    {
      name: 'names and keys',
      path: `/v:a/v:b[v:k='1'][v:l="2'"]`,
      steps: [
        { namespace: 'urn:v', name: 'a', keys: [] },
        {
          namespace: 'urn:v',
          name: 'b',
          keys: [
            { namespace: 'urn:v', name: 'k', value: '1' },
            { namespace: 'urn:v', name: 'l', value: "2'" },
          ],
        },
      ],
    },
    {
      name: 'values, positions and spaces',
      path: `/v:a[3]/v:b[ . = 'x']`,
      steps: [
        { namespace: 'urn:v', name: 'a', keys: [], position: 3 },
        { namespace: 'urn:v', name: 'b', keys: [], value: 'x' },
      ],
    },
    {
      name: 'a name without a prefix in the default namespace',
      path: '/a',
      steps: [{ namespace: NETCONF_BASE_NS, name: 'a', keys: [] }],
    },
    {
      name: 'a prefix that is bound to nothing',
      path: '/w:a',
      steps: [{ namespace: undefined, name: 'a', keys: [] }],
    },
    { name: 'the root', path: '/', steps: [] },
    { name: 'no path: what Junos writes', path: '[edit system]', steps: undefined },
    { name: 'no path: an expression', path: "/v:a[v:b > '1']", steps: undefined },
    { name: 'no path: a trailing slash', path: '/v:a/', steps: undefined },
  ];
  for (const { name, path: text, steps } of paths) {
    it(`resolves the prefixes of an error-path: ${name}`, () => {
      const received = tagged('invalid-value', `<error-path>\n ${text} </error-path>`);
      assert.equal(received?.path, text);
      assert.deepEqual(received.steps, steps);
    });
  }

  it('reads an rpc-error whose children are in no namespace', () => {
    const received = error(
      '<rpc-error xmlns=""><error-tag>in-use</error-tag><error-severity>warning</error-severity></rpc-error>',
    );
    assert.equal(received?.tag, 'in-use');
    assert.equal(received.severity, 'warning');
  });

  it('takes what has no severity for an error', () => {
    assert.equal(error('<rpc-error><error-tag>in-use</error-tag></rpc-error>')?.severity, 'error');
  });
});
