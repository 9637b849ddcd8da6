import assert from 'node:assert/strict';
import { decodeModuleSet } from '../../../client/module-set.ts';
import { parseXml } from '../../../src/xml/index.ts';

const NS = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-library"';

describe('the modules of a device', () => {
  const cases = [
    {
      name: 'a YANG library (RFC 8525)',
      xml: `<data><yang-library ${NS}><module-set><name>all</name>
        <module><name>a</name><revision>2026-01-01</revision><namespace>urn:a</namespace><feature>x</feature><feature>y</feature></module>
        <import-only-module><name>b</name><revision></revision><namespace>urn:b</namespace></import-only-module>
        </module-set></yang-library></data>`,
      expected: ['a@2026-01-01 urn:a x,y implemented', 'b@- urn:b  imported'],
    },
    {
      name: 'the older modules-state (RFC 7895)',
      xml: `<data><modules-state ${NS}><module-set-id>1</module-set-id>
        <module><name>a</name><revision>2026-01-01</revision><namespace>urn:a</namespace><conformance-type>implement</conformance-type></module>
        <module><name>b</name><revision/><namespace>urn:b</namespace><conformance-type>import</conformance-type></module>
        </modules-state></data>`,
      expected: ['a@2026-01-01 urn:a  implemented', 'b@- urn:b  imported'],
    },
    { name: 'nothing', xml: '<data/>', expected: [] },
  ];

  for (const { name, xml, expected } of cases) {
    it(`are read from ${name}`, () => {
      const modules = decodeModuleSet(parseXml(xml)).map(
        ({ name: module, revision = '-', namespace, features, implemented }) =>
          `${module}@${revision} ${namespace} ${features.join()} ${implemented ? 'implemented' : 'imported'}`,
      );
      assert.deepEqual(modules, expected);
    });
  }
});
