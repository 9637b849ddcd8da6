/** A schema with every kind of node that access control tells apart, and its configuration `/nacm` as XML. */
import { chooseFeatures } from '../../server/features.ts';
import { PROTOCOL_MODULES, SAMI_MODULES } from '../../server/schema.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { compile, printDiagnostic } from '../../src/yang/index.ts';
import type { ModuleRequest, SchemaContext } from '../../src/yang/index.ts';

export const NACM_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';

const GARDEN = `module garden {
  yang-version 1.1; namespace "urn:garden"; prefix g;
  import ietf-netconf-acm { prefix nacm; }
  container garden {
    leaf name { type string; }
    leaf weather { type string; }
    leaf umbrella { when "../weather = 'rain'"; type string; }
    leaf-list colour { type string; }
    leaf-list walk { type string; ordered-by user; }
    container shed { leaf tool { type string; } leaf-list key { type string; } }
    container pond { presence "there is one"; leaf depth { type int32; } }
    list bed { key "row column"; unique "plant owner"; leaf row { type int32; } leaf column { type string; } leaf plant { type string; }
      leaf owner { type string { length "1..100"; } must ". != 'nobody'" { error-message "nobody owns it"; } }
      list pot { key number; leaf number { type int32; } leaf herb { type string; } }
      action water { input { leaf litres { type int32; } } output { leaf wet { type boolean; } } }
      notification wilted { leaf days { type int32; } } }
    list visitor { key who; ordered-by user; leaf who { type string; } leaf note { type string; } }
    choice style { case wild { leaf bees { type int32; } } case tidy { leaf hedge { type string; } } }
    container safe { nacm:default-deny-all; leaf gold { type string; } leaf-list jewel { type string; } }
    container fence { nacm:default-deny-write; leaf height { type int32; } }
    container sensors { config false; leaf moisture { type int32; } list reading { leaf value { type int32; } } }
  }
  rpc harvest { input { leaf crop { type string; } } output { leaf amount { type int32; } } }
  rpc burn { nacm:default-deny-all; }
  notification frost { leaf degrees { type int32; } }
  notification theft { nacm:default-deny-all; leaf what { type string; } }
}`;

const ANNEX = `module annex {
  yang-version 1.1; namespace "urn:annex"; prefix x;
  import garden { prefix g; }
  augment /g:garden { leaf annexed { type string; } }
  augment /g:garden/g:bed { leaf label { type string; } }
}`;

const TEXTS: Readonly<Record<string, string>> = { garden: GARDEN, annex: ANNEX };

let shared: SchemaContext | undefined;

/** The modules of a server, and `garden` with `annex`; compiled once for all tests. */
export function gardenSchema(): SchemaContext {
  shared ??= compileServerSchema([{ name: 'garden' }, { name: 'annex' }]);
  return shared;
}

/** The modules of a server, those of VMs, and some of this file. */
export function compileServerSchema(
  own: readonly ModuleRequest[],
  protocol: readonly ModuleRequest[] = PROTOCOL_MODULES,
): SchemaContext {
  const files = createFileModuleRepository([packageYangDirectory()]);
  const requests = new Map<string, ModuleRequest>();
  const optional = chooseFeatures({ add: ['startup'] }).flatMap(({ modules }) => modules);
  for (const request of [...protocol, ...optional, ...SAMI_MODULES, ...own]) {
    const features = [requests.get(request.name)?.features ?? [], request.features ?? []].flat();
    requests.set(request.name, { ...request, features: features });
  }
  const { context, diagnostics } = compile(
    {
      find: (name, revision) => {
        const text = TEXTS[name];
        return text === undefined
          ? files.find(name, revision)
          : { file: `${name}.yang`, text, revision: undefined };
      },
    },
    { modules: [...requests.values()] },
  );
  if (!context) throw new Error(diagnostics.map((it) => printDiagnostic(it)).join('\n'));
  return context;
}

/** A rule of a rule-list as XML; in `path` the prefixes `g` and `x` are those of the modules above. */
export interface RuleText {
  readonly module?: string;
  readonly rpc?: string;
  readonly notification?: string;
  readonly path?: string;
  readonly operations?: string;
  readonly action: 'permit' | 'deny';
}

export interface NacmText {
  /** Leaves of `/nacm`, by name. */
  readonly leaves?: Readonly<Record<string, string>>;
  /** Users by group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly lists?: readonly {
    readonly groups: readonly string[];
    readonly rules: readonly RuleText[];
  }[];
}

/** The container `nacm`. `attributes` are put on it. */
export function nacmXml(
  { leaves = {}, groups = {}, lists = [] }: NacmText,
  attributes = '',
): string {
  const settings = Object.entries(leaves).map(([name, value]) => element(name, value));
  const members = Object.entries(groups).map(([name, users]) => {
    return `<group>${element('name', name)}${users.map((it) => element('user-name', it)).join('')}</group>`;
  });
  const ruleLists = lists.map((list, index) => {
    const applies = list.groups.map((it) => element('group', it)).join('');
    return `<rule-list><name>l${String(index)}</name>${applies}${list.rules.map(ruleXml).join('')}</rule-list>`;
  });
  const inside = `${settings.join('')}<groups>${members.join('')}</groups>${ruleLists.join('')}`;
  return `<nacm xmlns="${NACM_NS}" ${attributes}>${inside}</nacm>`;
}

function ruleXml(rule: RuleText, index: number): string {
  const { module, rpc, notification, path, operations, action } = rule;
  const namespaces = 'xmlns:g="urn:garden" xmlns:x="urn:annex"';
  return [
    `<rule><name>r${String(index)}</name>`,
    module === undefined ? '' : element('module-name', module),
    rpc === undefined ? '' : element('rpc-name', rpc),
    notification === undefined ? '' : element('notification-name', notification),
    path === undefined ? '' : `<path ${namespaces}>${escape(path)}</path>`,
    operations === undefined ? '' : element('access-operations', operations),
    `<action>${action}</action></rule>`,
  ].join('');
}

function element(name: string, value: string): string {
  return `<${name}>${escape(value)}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
