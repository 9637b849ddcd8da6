/**
 * The phases of the compiler, in order: this list is the table of contents of this directory. Each phase
 * reports what it finds wrong and goes on, so that one run reports as much as possible.
 */
import type { Compilation } from './compilation.ts';
import { applyAugments } from './apply-augments.ts';
import { applyDeviations } from './apply-deviations.ts';
import { buildTypes } from './build-types.ts';
import { checkEmbedded } from './check-embedded.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkExtensions } from './check-extensions.ts';
import { checkGrammar } from './check-grammar.ts';
import { checkModules } from './check-modules.ts';
import { checkNames } from './check-names.ts';
import { checkNodes } from './check-nodes.ts';
import { checkStatus } from './check-status.ts';
import { checkWhenCycles } from './check-when-cycles.ts';
import { collectDefinitions } from './collect-definitions.ts';
import { collectEmbedded } from './collect-embedded.ts';
import { expandGroupings } from './expand-groupings.ts';
import { expandNodes } from './expand-nodes.ts';
import { expandStructures } from './expand-structures.ts';
import { findCycles } from './find-cycles.ts';
import { freeze } from './freeze.ts';
import { implementTargets } from './implement-targets.ts';
import { loadModules } from './load-modules.ts';
import { pruneFeatures } from './prune-features.ts';
import { resolveDefaults } from './resolve-defaults.ts';
import { resolveFeatures } from './resolve-features.ts';
import { resolveIdentities } from './resolve-identities.ts';
import { resolveLeafrefs } from './resolve-leafrefs.ts';
import { resolveUnique } from './resolve-unique.ts';

export interface Phase {
  readonly name: string;
  readonly purpose: string;
  readonly run: (compilation: Compilation) => void;
}

export const PHASES: readonly Phase[] = [
  { name: 'load-modules', purpose: 'find and parse all texts', run: loadModules },
  {
    name: 'collect-embedded',
    purpose: 'extensions that contain YANG statements',
    run: collectEmbedded,
  },
  { name: 'check-grammar', purpose: 'statements against the grammar tables', run: checkGrammar },
  { name: 'check-modules', purpose: 'imports, includes, revisions, namespaces', run: checkModules },
  {
    name: 'collect-definitions',
    purpose: 'names of typedefs, groupings and so on',
    run: collectDefinitions,
  },
  {
    name: 'check-extensions',
    purpose: 'extensions defined, arguments given',
    run: checkExtensions,
  },
  {
    name: 'check-embedded',
    purpose: 'places and arguments of extensions that are known',
    run: checkEmbedded,
  },
  {
    name: 'find-cycles',
    purpose: 'typedefs and groupings that contain themselves',
    run: findCycles,
  },
  { name: 'implement-targets', purpose: 'modules whose nodes are needed', run: implementTargets },
  { name: 'resolve-features', purpose: 'which features are supported', run: resolveFeatures },
  { name: 'resolve-identities', purpose: 'identities and their bases', run: resolveIdentities },
  { name: 'check-status', purpose: 'nothing refers to what is more obsolete', run: checkStatus },
  { name: 'build-types', purpose: 'types and expressions where they are written', run: buildTypes },
  { name: 'expand-nodes', purpose: 'node statements to drafts, uses expanded', run: expandNodes },
  { name: 'apply-augments', purpose: 'nodes added to other nodes', run: applyAugments },
  {
    name: 'expand-structures',
    purpose: 'structures and templates, trees of their own',
    run: expandStructures,
  },
  {
    name: 'expand-groupings',
    purpose: 'groupings that nothing uses, to be checked',
    run: expandGroupings,
  },
  { name: 'apply-deviations', purpose: 'what the server does differently', run: applyDeviations },
  { name: 'check-names', purpose: 'no two nodes with one name', run: checkNames },
  { name: 'check-nodes', purpose: 'properties of nodes against each other', run: checkNodes },
  {
    name: 'prune-features',
    purpose: 'nodes of unsupported features are switched off',
    run: pruneFeatures,
  },
  { name: 'freeze', purpose: 'drafts to schema nodes', run: freeze },
  { name: 'resolve-unique', purpose: 'leafs that unique names', run: resolveUnique },
  { name: 'resolve-leafrefs', purpose: 'where paths lead', run: resolveLeafrefs },
  { name: 'resolve-defaults', purpose: 'canonical default values', run: resolveDefaults },
  { name: 'check-expressions', purpose: 'names in expressions', run: checkExpressions },
  {
    name: 'check-when-cycles',
    purpose: 'no condition depends on itself',
    run: checkWhenCycles,
  },
];
