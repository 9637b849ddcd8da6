/** A server whose stored configuration outlives it, with a client, for tests of what a restart leaves. */
import { ServerFixture } from './server-fixture.ts';
import type { FixtureOptions, TestClient } from './server-fixture.ts';
import { SurvivingStore } from './surviving-store.ts';

type MakePlanes = NonNullable<FixtureOptions['makePlanes']>;

export class SurvivingDevice {
  fixture!: ServerFixture;
  client!: TestClient;
  readonly #store = new SurvivingStore();
  readonly #makePlanes: MakePlanes;

  constructor(makePlanes: MakePlanes) {
    this.#makePlanes = makePlanes;
  }

  async start(): Promise<void> {
    this.fixture = await ServerFixture.start({ makePlanes: this.#makePlanes, store: this.#store });
    this.client = await this.fixture.connect();
  }

  async restart(): Promise<void> {
    await this.fixture.stop();
    await this.start();
  }

  async commit(config: string, parameters = ''): Promise<void> {
    await this.client.edit(config);
    await this.client.commit(parameters);
  }

  /** What a client of its own gets of `/sami:sami`, once all is done that is under way. */
  async get(content: string): Promise<string> {
    await this.fixture.settled();
    const client = await this.fixture.connect();
    const filter = `<filter><sami xmlns="urn:sami:yang:sami">${content}</sami></filter>`;
    return client.rpc(`<get>${filter}</get>`);
  }
}
