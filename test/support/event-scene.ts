/** A server with a module that has notifications, for tests of event streams and subscriptions. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSchema } from '../../server/schema.ts';
import { chooseFeatures } from '../../server/features.ts';
import { decodeData } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { NotificationNode, SchemaContext } from '../../src/yang/index.ts';
import { ServerFixture } from './server-fixture.ts';
import type { FixtureOptions } from './server-fixture.ts';
import { Subscriber } from './subscriber.ts';

export const LAB = 'xmlns="urn:lab"';

const MODULE = `module lab {
  yang-version 1.1;
  namespace "urn:lab";
  prefix lab;
  container lab {
    leaf limit { type uint8; }
    leaf note { type string; }
    leaf-list tag { type string; }
    leaf-list turn { type string; ordered-by user; }
    list rack {
      key name;
      leaf name { type string; }
      leaf size { type uint8; }
      container door { presence "there is one"; leaf open { type boolean; } }
    }
    list step { key id; ordered-by user; leaf id { type string; } leaf text { type string; } }
    list bench {
      key name;
      leaf name { type string; }
      notification smoke { leaf density { type uint8; } }
    }
  }
  container climate { config false; leaf temperature { type int8; } }
  notification alarm {
    leaf severity { type enumeration { enum low; enum high; } }
    leaf source { type string; }
    list part { key id; leaf id { type uint8; } leaf state { type string; } }
  }
  notification calm;
}`;

let schema: SchemaContext | undefined;

/** The module `lab`, VMs with sessions, and all of the protocol's with what is optional. */
export function labSchema(): SchemaContext {
  if (schema) return schema;
  const directory = mkdtempSync(join(tmpdir(), 'sami-lab-'));
  try {
    writeFileSync(join(directory, 'lab.yang'), MODULE);
    schema = loadSchema({
      paths: [directory],
      modules: ['sami', 'sami-session', 'lab'].map((name) => ({ name })),
      features: chooseFeatures({ add: ['startup'] }),
    });
    return schema;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export class EventScene {
  readonly fixture: ServerFixture;
  readonly subscriber: Subscriber;

  private constructor(fixture: ServerFixture, subscriber: Subscriber) {
    this.fixture = fixture;
    this.subscriber = subscriber;
  }

  static async start(options: FixtureOptions = {}): Promise<EventScene> {
    const fixture = await ServerFixture.start({ context: labSchema(), ...options });
    return new EventScene(fixture, await Subscriber.connect(fixture));
  }

  connect(peer?: TransportPeer): Promise<Subscriber> {
    return this.fixture.connect(peer).then((client) => Subscriber.of(client));
  }

  /** Publishes an alarm. */
  alarm(source: string, severity: 'low' | 'high' = 'low', more = ''): void {
    this.publish('alarm', `<severity>${severity}</severity><source>${source}</source>${more}`);
  }

  publish(name: string, content = '', eventTime?: number): void {
    const options = eventTime === undefined ? {} : { eventTime };
    this.fixture.server.publish(notification(name, content), options);
  }

  /** Lets time pass, and what it brings about. */
  async advance(milliseconds: number): Promise<void> {
    this.fixture.clock.advance(milliseconds);
    await this.fixture.turn();
  }

  /** Content of the candidate, committed. */
  async configure(config: string): Promise<void> {
    await this.subscriber.client.edit(config);
    await this.subscriber.client.commit();
  }

  /** The time of the clock, with something added, as YANG has it. */
  time(milliseconds = 0): string {
    return new Date(this.fixture.clock.now() + milliseconds).toISOString();
  }

  /** The sources of the alarms that have come. */
  async sources(subscriber = this.subscriber): Promise<readonly string[]> {
    return sourcesIn(await subscriber.drain());
  }

  /** No listener and no session has broken. */
  async stop(): Promise<void> {
    await this.fixture.stop();
    const bugs = this.fixture.logger.entries.filter(({ level }) => level === 'error');
    assert.deepEqual(bugs, []);
  }
}

/** Alarms by their source, everything else but the server's own events by its name. */
export function sourcesIn(messages: readonly string[]): readonly string[] {
  return messages.flatMap((text) => {
    const source = /^<alarm>.*<source>(.*?)<\/source>/.exec(text)?.[1];
    if (source !== undefined) return [source];
    return text.startsWith('<netconf-') ? [] : [/^<([\w-]+)/.exec(text)?.[1] ?? ''];
  });
}

export function notification(name: string, content = ''): Branch {
  const node = labSchema().notifications.get(`{urn:lab}${name}`) ?? findNotification(name);
  const { content: branch, errors } = decodeData(node, `<x xmlns="urn:lab">${content}</x>`);
  assert.deepEqual(errors, []);
  return branch as Branch;
}

function findNotification(name: string): NotificationNode {
  const found = [...labSchema().notifications.values()].find((it) => it.name === name);
  assert.ok(found, name);
  return found;
}

/** The container `lab` with what is inside. */
export function lab(content: string): string {
  return `<lab ${LAB} xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">${content}</lab>`;
}
