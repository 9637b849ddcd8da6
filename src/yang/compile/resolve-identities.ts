/** Builds the identities of all modules and links each to its bases (RFC 7950, section 7.18). */
import type { Identity, ModuleInfo } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import { conditionsHold } from './resolve-features.ts';

class IdentityNode implements Identity {
  readonly module: ModuleInfo;
  readonly name: string;
  readonly bases: Identity[] = [];
  readonly ancestors = new Set<Identity>();

  constructor(module: ModuleInfo, name: string) {
    this.module = module;
    this.name = name;
  }
}

export function resolveIdentities(compilation: Compilation): void {
  const nodes = new Map<Statement, IdentityNode>();
  const visit = (statement: Statement, path: readonly Statement[]): IdentityNode | undefined => {
    if (path.includes(statement)) {
      const message = `identity "${statement.text}" is derived from itself`;
      compilation.sink.report('circular-identity', statement.argumentAt, message);
      return undefined;
    }
    const known = nodes.get(statement);
    if (known) return known;
    const { module } = compilation.unitOf(statement);
    const node = new IdentityNode(module.info, statement.text);
    for (const base of statement.all('base')) {
      const found = compilation.findDefinition('identity', base);
      const baseNode = found && visit(found, [...path, statement]);
      if (baseNode) addBase(node, baseNode);
    }
    node.ancestors.add(node);
    nodes.set(statement, node);
    return node;
  };
  for (const module of compilation.modules) {
    for (const statement of module.definitions.identity.values()) {
      const node = visit(statement, []);
      if (node) compilation.identities.set(statement, node);
    }
  }
  for (const statement of nodes.keys()) {
    const supported = conditionsHold(compilation, statement.all('if-feature'));
    if (!supported) compilation.identities.delete(statement);
  }
}

function addBase(node: IdentityNode, base: IdentityNode): void {
  node.bases.push(base);
  for (const ancestor of base.ancestors) node.ancestors.add(ancestor);
}
