/** A server with `/nacm` and data of the module `garden`, an administrator, and users. */
import assert from 'node:assert/strict';
import { decodeData, emptyBranch } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { RpcErrorException, pathText } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';

import { gardenSchema, nacmXml } from './access-schema.ts';
import type { NacmText } from './access-schema.ts';
import { ServerFixture, plain } from './server-fixture.ts';
import type { FixtureOptions, TestClient } from './server-fixture.ts';

export const GARDEN_NS = 'xmlns="urn:garden"';
export const NC_PREFIX = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';

/** What the garden has unless a test says otherwise. */
export const PLANTS =
  '<name>home</name><shed><tool>spade</tool></shed>' +
  '<bed><row>1</row><column>a</column><plant>leek</plant><owner>ann</owner></bed>' +
  '<bed><row>2</row><column>a</column><plant>kale</plant><owner>bob</owner></bed>' +
  '<safe><gold>9</gold></safe><fence><height>2</height></fence>';

export const garden = (inside: string): string => `<garden ${GARDEN_NS}>${inside}</garden>`;

export class AccessScene {
  readonly fixture: ServerFixture;
  readonly admin: TestClient;
  /** Ann, of the group staff as far as `/nacm` says so. */
  readonly ann: TestClient;

  private constructor(fixture: ServerFixture, admin: TestClient, ann: TestClient) {
    this.fixture = fixture;
    this.admin = admin;
    this.ann = ann;
  }

  /** Ann's group has the rules `rules`, if there are no lists in `nacm`. */
  static async start(
    nacm: NacmText | undefined,
    { plants = PLANTS, ...options }: FixtureOptions & { readonly plants?: string } = {},
  ): Promise<AccessScene> {
    const fixture = await ServerFixture.start({ context: gardenSchema(), ...options });
    const admin = await fixture.connect();
    const scene = new AccessScene(fixture, admin, await fixture.connect({ username: 'ann' }));
    if (plants !== '') await scene.write(garden(plants));
    if (nacm) await scene.rule(nacm);
    return scene;
  }

  user(peer: TransportPeer): Promise<TestClient> {
    return this.fixture.connect(peer);
  }

  /** The administrator changes running. */
  async write(config: string): Promise<void> {
    assert.equal(await this.admin.rpc(editRunning(config)), 'ok');
  }

  /** The administrator replaces `/nacm`. */
  rule(nacm: NacmText): Promise<void> {
    return this.write(nacmXml(nacm, `${NC_PREFIX} nc:operation="replace"`));
  }

  /** One of the counters in `/nacm`. */
  async denied(what: 'operations' | 'data-writes' | 'notifications'): Promise<number> {
    const filter = '<filter><nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"/></filter>';
    const text = await this.admin.rpc(`<get>${filter}</get>`);
    return Number(new RegExp(`<denied-${what}>(\\d+)<`).exec(text)?.[1] ?? 'NaN');
  }

  stop(): Promise<void> {
    return this.fixture.stop();
  }
}

/** One group, `staff`, with ann and rules. */
export function staff(
  rules: NonNullable<NacmText['lists']>[number]['rules'],
  leaves: NacmText['leaves'] = {},
): NacmText {
  return { leaves, groups: { staff: ['ann'] }, lists: [{ groups: ['staff'], rules }] };
}

export function editRunning(config: string, options = ''): string {
  return `<edit-config><target><running/></target>${options}<config>${config}</config></edit-config>`;
}

/** The garden as a client gets it from get-config, without the elements around. */
export async function gardenOf(
  client: TestClient,
  filter = '',
  source = 'running',
): Promise<string> {
  const text = await client.rpc(
    `<get-config><source><${source}/></source>${filter || `<filter><garden ${GARDEN_NS}/></filter>`}</get-config>`,
  );
  return text.replace(/^<data\/>$|^<data><garden>|<\/garden><\/data>$/g, '');
}

/** An operation of any namespace; the reply's content. */
export async function call(client: TestClient, operation: string): Promise<string> {
  const reply = await client.session.request(operation);
  return reply.ok ? 'ok' : reply.output.map(plain).join('');
}

/** The errors of a refused operation. */
export async function refusalOf(attempt: Promise<unknown>): Promise<readonly RpcError[]> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof RpcErrorException) return error.errors;
    throw error;
  }
  throw new Error('it was not refused');
}

/** `tag path` of each error, the path without prefixes. */
export async function refusalText(attempt: Promise<unknown>): Promise<string> {
  const errors = await refusalOf(attempt);
  const bare = (path: string | undefined): string =>
    path?.replaceAll(/(?<=[/[])[\w-]+:/g, '') ?? '-';
  return errors.map((error) => `${error.tag} ${bare(pathText(error))}`).join('; ');
}

/** An instance of a notification of the module `garden`, without content. */
export function eventOf(name: 'frost' | 'theft' | 'wilted'): Branch {
  const { notifications, root } = gardenSchema();
  const nested = root.dataChild('urn:garden', 'garden');
  const bed = nested?.kind === 'container' ? nested.dataChild('urn:garden', 'bed') : undefined;
  const schema =
    name === 'wilted'
      ? bed?.kind === 'list'
        ? bed.children.find((it) => it.kind === 'notification')
        : undefined
      : notifications.get(`{urn:garden}${name}`);
  assert.equal(schema?.kind, 'notification');
  return emptyBranch(schema);
}

/** The tree that leads to a bed and has nothing else. */
export function wayToBed(row: number): Branch {
  const xml = `<c>${garden(`<bed><row>${String(row)}</row><column>a</column></bed>`)}</c>`;
  return decodeData(gardenSchema().root, xml).content as Branch;
}

/** Names of the notifications that a client has got when something comes that ends in `last`. */
export async function namesUntil(
  notifications: AsyncIterator<{ readonly element: XmlElement }>,
  last: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  while (names.at(-1) !== last) {
    const next = await notifications.next();
    if (next.done === true) break;
    names.push(next.value.element.local);
  }
  return names;
}
