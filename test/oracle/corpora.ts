/** The modules of Debian's packages and our own, and where each group looks for its imports. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseModuleFileName } from '../../src/yang/index.ts';
import { projectRoot } from '../support/case-file.ts';

const root = projectRoot();
const YUMA = '/usr/share/yuma/modules';

export interface Group {
  /** The Debian package, or `sami`. */
  readonly origin: string;
  /** The modules of the first directory are compared, the others are for imports. */
  readonly directories: readonly string[];
}

const ALL_GROUPS: readonly Group[] = [
  { origin: 'sami', directories: [join(root, 'yang', 'sami'), join(root, 'yang', 'ietf')] },
  { origin: 'sami', directories: [join(root, 'yang', 'ietf')] },
  {
    origin: 'sami',
    directories: [join(root, 'test', 'oracle', 'modules'), join(root, 'yang', 'ietf')],
  },
  { origin: 'libyang2', directories: ['/usr/share/yang/modules/libyang'] },
  {
    origin: 'libyang2-tools',
    directories: ['/usr/share/doc/libyang2-tools/examples', '/usr/share/yang/modules/libyang'],
  },
  { origin: 'libyuma-base', directories: [`${YUMA}/ietf`, `${YUMA}/ietf-derived`] },
  {
    origin: 'libyuma-base',
    directories: [`${YUMA}/ietf-derived`, `${YUMA}/ietf`, `${YUMA}/netconfcentral`],
  },
  {
    origin: 'libyuma-base',
    directories: [`${YUMA}/ietf-draft`, `${YUMA}/ietf`, `${YUMA}/ietf-derived`],
  },
  { origin: 'libyuma-base', directories: ['/usr/share/yuma/nmda-modules/ietf', `${YUMA}/ietf`] },
  {
    origin: 'libyuma-base',
    directories: [`${YUMA}/netconfcentral`, `${YUMA}/yuma123`, `${YUMA}/ietf`],
  },
  {
    origin: 'libyuma-base',
    directories: [
      `${YUMA}/yuma123`,
      `${YUMA}/netconfcentral`,
      `${YUMA}/ietf`,
      `${YUMA}/ietf-derived`,
    ],
  },
  { origin: 'libyuma-base', directories: [`${YUMA}/examples`, `${YUMA}/ietf`] },
  { origin: 'frr', directories: ['/usr/share/yang', '/usr/share/yang/modules/libyang'] },
];

/** The groups that are installed. */
export const GROUPS: readonly Group[] = ALL_GROUPS.filter(({ directories }) =>
  directories.every(existsSync),
);

/** Origins without an installed group. Documentation is left out of many container images, so that is no gap. */
export function missingOrigins(): readonly string[] {
  const present = new Set(GROUPS.map(({ origin }) => origin));
  const origins = new Set(ALL_GROUPS.map(({ origin }) => origin));
  return [...origins].filter((origin) => !present.has(origin) && origin !== 'libyang2-tools');
}

export interface ModuleFile {
  readonly path: string;
  readonly name: string;
  readonly revision: string | undefined;
  /** Features that the text and its submodules define. */
  readonly features: readonly string[];
  /** Modules whose nodes it deviates from. */
  readonly deviated: readonly string[];
}

/** The modules and submodules to compare in a group. */
export function modulesOf({ directories: [directory = ''] }: Group): readonly ModuleFile[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.yang'))
    .map((file) => describeModule(join(directory, file)));
}

function describeModule(path: string): ModuleFile {
  const text = readFileSync(path, 'utf8');
  const { name = '', revision } = parseModuleFileName(basename(path)) ?? {};
  return {
    path,
    name,
    revision,
    features: [...text.matchAll(/^\s*feature\s+"?([\w.-]+)/gm)].map(([, feature = '']) => feature),
    deviated: deviatedModules(text),
  };
}

function deviatedModules(text: string): readonly string[] {
  const imports = [...text.matchAll(/import\s+"?([\w.-]+)"?\s*\{\s*prefix\s+"?([\w.-]+)/g)];
  const modules = new Map(imports.map(([, module = '', prefix]) => [prefix, module]));
  const targets = [...text.matchAll(/^\s*deviation\s+["']?\/([\w.-]+):/gm)];
  const found = new Set(targets.map(([, prefix]) => modules.get(prefix)));
  return [...found].filter((module) => module !== undefined);
}
