/** A server with a small module that has every kind of default, state and list, for tests of what is read. */
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { SAMI_MODULES, PROTOCOL_MODULES } from '../../server/schema.ts';
import { SERVER_FEATURES, chooseFeatures } from '../../server/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { decodeData, plainContent } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { childElements, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import { compile, printDiagnostic } from '../../src/yang/index.ts';
import type { ModuleRequest, ModuleRepository, SchemaContext } from '../../src/yang/index.ts';
import { ServerFixture } from './server-fixture.ts';
import type { FixtureOptions, TestClient } from './server-fixture.ts';

export const ZOO_NS = 'urn:example:zoo';

const ZOO = `module zoo {
  yang-version 1.1; namespace "${ZOO_NS}"; prefix z;
  container zoo {
    leaf name { type string; }
    leaf open { type boolean; default true; }
    leaf-list guard { type string; default "anna"; default "ben"; }
    leaf-list route { type string; ordered-by user; }
    leaf visitors { type uint32; config false; }
    leaf mood { type string; config false; default "calm"; }
    container shop { leaf price { type uint8; default 5; } leaf till { type string; } }
    container fence { presence "there is one"; leaf height { type uint8; default 2; } }
    list cage {
      key id;
      leaf id { type string; }
      leaf size { type uint16; default 10; }
      leaf keeper { type string; }
      leaf weight { type decimal64 { fraction-digits 1; } config false; }
      list animal { key name; ordered-by user; leaf name { type string; } leaf age { type uint8; } }
    }
    list seen { config false; leaf what { type string; } leaf times { type uint8; } }
  }
  container weather { config false; leaf sky { type string; } leaf wind { type uint8; default 0; } }
}`;

let compiled: SchemaContext | undefined;

/** The protocol with all its features, our modules and this one. */
export function zooSchema(): SchemaContext {
  if (compiled) return compiled;
  const files = createFileModuleRepository([packageYangDirectory()]);
  const repository: ModuleRepository = {
    find: (name, revision) =>
      name === 'zoo'
        ? { file: 'zoo.yang', text: ZOO, revision: undefined }
        : files.find(name, revision),
  };
  const features = chooseFeatures({ add: SERVER_FEATURES.map(({ name }) => name) });
  const byName = new Map<string, ModuleRequest>();
  const requests = [
    ...PROTOCOL_MODULES,
    ...features.flatMap(({ modules }) => modules),
    ...SAMI_MODULES,
    { name: 'zoo' },
  ];
  for (const request of requests) {
    const known = byName.get(request.name);
    const both = [known?.features ?? [], request.features ?? []];
    const all = both.includes('all') ? ('all' as const) : (both.flat() as readonly string[]);
    byName.set(request.name, { ...request, features: all });
  }
  const { context, diagnostics } = compile(repository, { modules: [...byName.values()] });
  if (!context) throw new Error(diagnostics.map((it) => printDiagnostic(it)).join('\n'));
  compiled = context;
  return context;
}

/** The container `zoo` as XML. */
export function zoo(content: string): string {
  return `<zoo xmlns="${ZOO_NS}">${content}</zoo>`;
}

/** A container at the top as the tree of a state source. */
export function branchOf(xml: string): Branch {
  const root = plainContent(decodeData(zooSchema().root, `<data>${xml}</data>`));
  const found = root.slots.find((slot) => slot !== undefined);
  return found as Branch;
}

export interface Zoo {
  readonly fixture: ServerFixture;
  readonly client: TestClient;
}

/** A server with this configuration of the zoo in running. */
export async function openZoo(content: string, options: FixtureOptions = {}): Promise<Zoo> {
  const fixture = await ServerFixture.start({ context: zooSchema(), ...options });
  const client = await fixture.connect();
  if (content !== '') {
    await client.edit(zoo(content));
    await client.commit();
  }
  return { fixture, client };
}

/** The content of the reply as XML text with attributes, but for declarations of namespaces. */
export async function dataOf(client: TestClient, operation: string): Promise<string> {
  const reply = await client.session.request(operation);
  if (reply.ok) return 'ok';
  return reply.output.map(text).join('');
}

function text(element: XmlElement): string {
  const attributes = element.attributes.map(({ local, value }) => ` ${local}="${value}"`).join('');
  const children = childElements(element);
  const content = children.length > 0 ? children.map(text).join('') : textContent(element);
  const start = `<${element.local}${attributes}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${element.local}>`;
}

/** Error tags of a request that is sent as it is. */
export async function refusalOf(client: TestClient, operation: string): Promise<readonly string[]> {
  try {
    await client.session.request(operation);
  } catch (error) {
    if (error instanceof RpcErrorException) return error.errors.map(({ tag }) => tag);
    throw error;
  }
  throw new Error(`not refused: ${operation}`);
}
