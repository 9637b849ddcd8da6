import assert from 'node:assert/strict';
import { ChangeDecoder } from '../../../../client/orchestrate/change-decoder.ts';
import { childValue } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { kindsOf, vmListNode } from '../../../../src/sami/index.ts';
import { XmlTokenizer } from '../../../../src/xml/index.ts';
import { samiSchema } from '../../../support/server-fixture.ts';
import { sessionRow } from '../../../support/sami-xml.ts';

const PUSH = 'urn:ietf:params:xml:ns:yang:ietf-yang-push';
const SUBSCRIBED = 'urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications';
const LIST = '/sami:sami/vm=vm1/sami-session:sessions/session';
const KEYS = '6,10.0.0.1,192.0.2.1,1024,80,0';

function row(port: number): string {
  return sessionRow(port).replace('<session>', '<session xmlns="urn:sami:yang:sami-session">');
}

function edit(operation: string, target: string, value = ''): string {
  const content = value === '' ? '' : `<value>${value}</value>`;
  return `<edit><edit-id>1</edit-id><operation>${operation}</operation><target>${target}</target>${content}</edit>`;
}

function update(edits: string, more = ''): string {
  return (
    `<push-change-update xmlns="${PUSH}"><id>1</id><datastore-changes><yang-patch>` +
    `<patch-id>1</patch-id>${edits}</yang-patch></datastore-changes>${more}</push-change-update>`
  );
}

/** What a listener is told, one line each; rows by their source port. */
function decode(xml: string): readonly string[] {
  const schema = samiSchema();
  const vm = vmListNode(schema);
  assert.ok(vm);
  const kinds = kindsOf(vm).filter(({ ephemeral }) => ephemeral);
  const told: string[] = [];
  const port = (branch: Branch): string => (childValue(branch, 'source-port') as number).toString();
  const decoder = new ChangeDecoder(schema, kinds, {
    set: (branch) => told.push(`set ${port(branch)}`),
    remove: (branch) => told.push(`remove ${port(branch)}`),
    lost: (reason) => told.push(`lost: ${reason}`),
  });
  const tokenizer = new XmlTokenizer(decoder);
  tokenizer.write(xml);
  tokenizer.end();
  return told;
}

describe('changes from notifications (RFC 8641, section 3.7)', () => {
  const cases = [
    {
      name: 'an entry that is new or changed',
      xml: update(edit('replace', `${LIST}=${KEYS}`, row(1024))),
      expected: ['set 1024'],
    },
    {
      name: 'the same said with create',
      xml: update(edit('create', `${LIST}=${KEYS}`, row(1024))),
      expected: ['set 1024'],
    },
    {
      name: 'an entry that is gone',
      xml: update(edit('delete', `${LIST}=${KEYS}`)),
      expected: ['remove 1024'],
    },
    {
      name: 'several in order',
      xml: update(
        edit('replace', `${LIST}=${KEYS}`, row(1024)) +
          edit('delete', `${LIST}=6,10.0.0.1,192.0.2.1,7,80,0`) +
          edit('replace', `${LIST}=6,10.0.0.1,192.0.2.1,9,80,0`, row(9)),
      ),
      expected: ['set 1024', 'remove 7', 'set 9'],
    },
    {
      name: 'a target with predicates',
      xml: update(
        edit(
          'delete',
          `/sami:sami/sami:vm[sami:id='vm1']/sami-session:sessions/session[protocol='6']` +
            `[source-address='10.0.0.1'][destination-address='192.0.2.1'][source-port='5']` +
            `[destination-port='80'][zone='0']`,
        ),
      ),
      expected: ['remove 5'],
    },
    {
      name: 'configuration, which is no entry',
      xml: update(edit('replace', '/sami:sami/vm=vm1/mode')),
      expected: [],
    },
    {
      name: 'that changes were left out',
      xml: update(edit('delete', `${LIST}=${KEYS}`), '<incomplete-update/>'),
      expected: ['remove 1024', 'lost: the device left changes out'],
    },
    {
      name: 'a whole table as lost',
      xml: update(edit('delete', '/sami:sami/vm=vm1/sami-session:sessions')),
      expected: ['lost: "delete" of /sami:sami/vm=vm1/sami-session:sessions came as a change'],
    },
    {
      name: 'the VM itself as lost',
      xml: update(edit('delete', '/sami:sami/vm=vm1')),
      expected: ['lost: "delete" of /sami:sami/vm=vm1 came as a change'],
    },
    {
      name: 'the end of the subscription as lost',
      xml: `<subscription-terminated xmlns="${SUBSCRIBED}"><id>1</id><reason>x</reason></subscription-terminated>`,
      expected: ['lost: the device sent "subscription-terminated"'],
    },
    {
      name: 'a suspension as lost',
      xml: `<subscription-suspended xmlns="${SUBSCRIBED}"><id>1</id><reason>x</reason></subscription-suspended>`,
      expected: ['lost: the device sent "subscription-suspended"'],
    },
    {
      name: 'an update with everything, which stands for changes that are not told, as lost',
      xml: '<push-update xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-push"><id>1</id><datastore-contents/></push-update>',
      expected: ['lost: the device sent "push-update"'],
    },
    {
      name: 'nothing in a resumption',
      xml: `<subscription-resumed xmlns="${SUBSCRIBED}"><id>1</id></subscription-resumed>`,
      expected: [],
    },
    {
      name: 'nothing in the notifications of others',
      xml: '<other xmlns="urn:other"><x/></other>',
      expected: [],
    },
  ];

  for (const { name, xml, expected } of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(decode(xml), expected);
    });
  }

  it('reports an entry that it cannot understand as lost', () => {
    const bad = row(1024).replace('established', 'asleep');
    const [told = ''] = decode(update(edit('replace', `${LIST}=${KEYS}`, bad)));
    assert.match(told, /^lost: .*asleep/);
  });
});
