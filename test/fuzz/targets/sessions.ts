/**
 * Whole sessions: requests of every operation, changed where it hurts. The server answers or closes, holds nothing
 * against the next client, and finds no fault in itself.
 */
import type { RandomSource } from '../../support/random-source.ts';
import { mutateCharacters } from '../mutate.ts';
import { mutateXml } from '../mutate-xml.ts';
import type { Target } from '../target.ts';
import { BASE, END, FuzzedServer, HELLO } from './wire.ts';

const SAMI = 'xmlns="urn:sami:yang:sami"';
const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const SN = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"';
const YP = 'xmlns:yp="urn:ietf:params:xml:ns:yang:ietf-yang-push"';
const PL = 'xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0"';
const VM = `<sami ${SAMI}><vm><id>a</id><mode>standby</mode></vm></sami>`;
const EDIT = `<config>${VM}</config>`;
const FILTER = `<filter type="subtree"><sami ${SAMI}><vm><id>a</id></vm></sami></filter>`;
const XPATH = `<filter type="xpath" xmlns:s="urn:sami:yang:sami" select="/s:sami/s:vm[s:id='a']/s:mode"/>`;
const DEFAULTS = `<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">report-all</with-defaults>`;
const NACM = `<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups><group><name>g</name><user-name>u</user-name></group></groups></nacm>`;

/** Without the element rpc. */
const OPERATIONS: readonly string[] = [
  `<get>${FILTER}</get>`,
  `<get>${XPATH}${DEFAULTS}</get>`,
  `<get-config><source><candidate/></source>${FILTER}${DEFAULTS}</get-config>`,
  `<edit-config><target><candidate/></target>${EDIT}</edit-config>`,
  `<edit-config><target><running/></target><default-operation>none</default-operation><test-option>test-then-set</test-option><error-option>continue-on-error</error-option>${EDIT}</edit-config>`,
  `<edit-config><target><candidate/></target><config xmlns:nc="${BASE}">${VM.replace('<vm>', '<vm nc:operation="delete">')}</config></edit-config>`,
  `<edit-config><target><candidate/></target><config>${NACM}</config></edit-config>`,
  `<copy-config><target><candidate/></target><source>${EDIT}</source></copy-config>`,
  '<copy-config><target><candidate/></target><source><running/></source></copy-config>',
  '<delete-config><target><startup/></target></delete-config>',
  '<lock><target><candidate/></target></lock>',
  '<unlock><target><candidate/></target></unlock>',
  `<partial-lock ${PL} xmlns:s="urn:sami:yang:sami"><select>/s:sami/s:vm</select></partial-lock>`,
  `<partial-unlock ${PL}><lock-id>1</lock-id></partial-unlock>`,
  '<validate><source><candidate/></source></validate>',
  `<validate><source>${EDIT}</source></validate>`,
  '<commit/>',
  '<commit><confirmed/><confirm-timeout>60</confirm-timeout><persist>p</persist></commit>',
  '<commit><persist-id>p</persist-id></commit>',
  '<cancel-commit><persist-id>p</persist-id></cancel-commit>',
  '<cancel-commit/>',
  '<discard-changes/>',
  '<kill-session><session-id>2</session-id></kill-session>',
  '<get-schema xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><identifier>sami</identifier></get-schema>',
  `<get-data ${NMDA} ${DS}><datastore>ds:operational</datastore><max-depth>3</max-depth><with-origin/></get-data>`,
  `<get-data ${NMDA} ${DS}><datastore>ds:running</datastore><xpath-filter xmlns:s="urn:sami:yang:sami">/s:sami</xpath-filter></get-data>`,
  `<edit-data ${NMDA} ${DS}><datastore>ds:candidate</datastore><config>${VM}</config></edit-data>`,
  `<compare xmlns="urn:ietf:params:xml:ns:yang:ietf-nmda-compare" ${DS}><source>ds:running</source><target>ds:candidate</target></compare>`,
  '<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><stream>NETCONF</stream></create-subscription>',
  `<establish-subscription ${SN}><stream>NETCONF</stream></establish-subscription>`,
  `<establish-subscription ${SN} ${YP} ${DS}><yp:datastore>ds:operational</yp:datastore><yp:datastore-subtree-filter><sami ${SAMI}/></yp:datastore-subtree-filter><yp:periodic><yp:period>100</yp:period></yp:periodic></establish-subscription>`,
  `<establish-subscription ${SN} ${YP} ${DS}><yp:datastore>ds:running</yp:datastore><yp:datastore-xpath-filter xmlns:s="urn:sami:yang:sami">/s:sami/s:vm</yp:datastore-xpath-filter><yp:on-change><yp:dampening-period>5</yp:dampening-period></yp:on-change></establish-subscription>`,
  `<modify-subscription ${SN}><id>1</id></modify-subscription>`,
  `<delete-subscription ${SN}><id>1</id></delete-subscription>`,
  `<kill-subscription ${SN}><id>1</id></kill-subscription>`,
  `<action xmlns="urn:ietf:params:xml:ns:yang:1">${VM}</action>`,
  '<close-session/>',
];

/** Between the messages of a sample, in the place of the delimiter, which stands at the end of each. */
function request(random: RandomSource, id: number): string {
  return `<rpc xmlns="${BASE}" message-id="${id}">${random.pick(OPERATIONS)}</rpc>`;
}

function conversation(random: RandomSource): string {
  const count = 1 + random.below(8);
  const messages = Array.from({ length: count }, (_, id) => {
    let message = request(random, id);
    for (let change = random.below(4); change > 0; change -= 1)
      message = mutateXml(message, random);
    return `${message}${END}\n`;
  });
  const text = messages.join('');
  return random.chance(0.05) ? mutateCharacters(text, random) : text;
}

export const SESSIONS: Target = {
  name: 'session',
  make: (random) => ({ text: conversation(random), about: 'after a hello of base:1.0' }),
  async check({ text }) {
    const server = await FuzzedServer.start();
    await server.talk(`${HELLO}${END}${text}`);
    await server.check();
  },
};

/** The same within chunks, whose sizes and ends are hit too. */
export const CHUNKED: Target = {
  name: 'chunked',
  make(random) {
    const text = conversation(random).replaceAll(`${END}\n`, '\u0000');
    const framed = text
      .split('\u0000')
      .map((message) => {
        const bytes = Buffer.byteLength(message);
        return bytes === 0 ? '' : `\n#${bytes}\n${message}\n##\n`;
      })
      .join('');
    return {
      text: random.chance(0.5) ? mutateCharacters(framed, random) : framed,
      about: 'after a hello of base:1.1',
    };
  },
  async check({ text }) {
    const server = await FuzzedServer.start();
    await server.talk(`${HELLO.replaceAll('base:1.0<', 'base:1.1<')}${END}${text}\n#0\n`);
    await server.check();
  },
};

export const HELLOS: Target = {
  name: 'hello',
  make(random) {
    let text = `<?xml version="1.0" encoding="UTF-8"?>${HELLO}`;
    for (let change = 1 + random.below(3); change > 0; change -= 1) text = mutateXml(text, random);
    return { text, about: 'in the place of a hello' };
  },
  async check({ text }) {
    const server = await FuzzedServer.start();
    await server.talk(`${text}${END}`);
    await server.check();
  },
};
