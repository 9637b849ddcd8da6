/**
 * Random modules full of constraints that read each other's nodes, and random data for them: what tells whether
 * anything is missed when only what a change touches is validated.
 */
import { RandomSource } from './random-source.ts';

/** A node of a random schema; choices and cases have children but no instances. */
interface Node {
  readonly keyword: 'container' | 'list' | 'leaf' | 'leaf-list' | 'choice' | 'case';
  readonly name: string;
  readonly parent: Node | undefined;
  readonly children: Node[];
  readonly presence: boolean;
  readonly userOrdered: boolean;
  isKey: boolean;
  /** An instance-identifier, whose values are paths. */
  isReference: boolean;
}

const VALUES = ['0', '1', '2', '3'] as const;

/** The body of a module, and a way to make data for it. */
export class RandomSchema {
  readonly #random: RandomSource;
  /** How many constraints there are, from 0 to 1: where there are few, more data is valid. */
  readonly #density: number;
  readonly #top: Node[] = [];
  readonly #all: Node[] = [];
  readonly text: string;

  constructor(random: RandomSource) {
    this.#random = random;
    this.#density = random.pick([0.3, 0.6, 1]);
    for (let count = 2 + random.below(3); count > 0; count -= 1)
      this.#top.push(this.#node(undefined, 0));
    this.text = this.#top.map((node) => this.#print(node)).join('\n');
  }

  /**
   * XML of random instances. The same seed makes the same, but for what the choices for `changes` nodes change: so
   * two documents may differ in one place only.
   */
  data(seed: number, changes = 0, variant = 0): string {
    const other = new RandomSource(hash(`${String(seed)} ${String(variant)}`));
    const changed = new Set(Array.from({ length: changes }, () => other.pick(this.#all)));
    const choose = (node: Node, place: string): RandomSource => {
      const isOther = changed.has(node) && other.chance(0.7);
      return new RandomSource(
        hash(`${String(seed)} ${place} ${node.name} ${isOther ? variant : ''}`),
      );
    };
    return this.#top.map((node) => this.#instances(node, '', choose)).join('');
  }

  #node(parent: Node | undefined, depth: number): Node {
    const random = this.#random;
    const inner = [
      'container',
      'list',
      'choice',
      'container',
      'leaf',
      'leaf',
      'leaf-list',
    ] as const;
    const keyword =
      depth >= 3 ? random.pick(['leaf', 'leaf-list', 'leaf'] as const) : random.pick(inner);
    const node = this.#make(keyword, parent);
    if (keyword === 'list') {
      const key = this.#make('leaf', node);
      key.isKey = true;
      node.children.push(key);
    }
    if (keyword === 'choice') {
      for (let count = 2; count > 0; count -= 1) {
        const inside = this.#make('case', node);
        node.children.push(inside);
        for (let nodes = 1 + random.below(2); nodes > 0; nodes -= 1) {
          inside.children.push(this.#node(inside, depth + 1));
        }
      }
    } else if (keyword === 'container' || keyword === 'list') {
      for (let count = 1 + random.below(4); count > 0; count -= 1) {
        node.children.push(this.#node(node, depth + 1));
      }
    }
    return node;
  }

  #make(keyword: Node['keyword'], parent: Node | undefined): Node {
    const node: Node = {
      keyword,
      name: `n${String(this.#all.length)}`,
      parent,
      children: [],
      presence: this.#random.chance(0.3),
      userOrdered: this.#random.chance(0.4),
      isKey: false,
      isReference: false,
    };
    this.#all.push(node);
    return node;
  }

  #print(node: Node): string {
    const { keyword, name, children } = node;
    const parts = [...this.#properties(node), ...children.map((child) => this.#print(child))];
    return `${keyword} ${name} { ${parts.join(' ')} }`;
  }

  #properties(node: Node): readonly string[] {
    const random = this.#random;
    const { keyword, children } = node;
    const parts: string[] = [];
    if (!node.isKey && random.chance(0.25 * this.#density))
      parts.push(`when "${this.#condition(node)}";`);
    if (keyword === 'choice') {
      if (random.chance(0.3 * this.#density)) parts.push('mandatory true;');
      else if (random.chance(0.4)) parts.push(`default ${random.pick(children).name};`);
      return parts;
    }
    if (keyword === 'case') return parts;
    if (random.chance(0.4 * this.#density)) parts.push(`must "${this.#condition(node)}";`);
    if (random.chance(0.15)) parts.push(`must "${this.#condition(node)}";`);
    if (keyword === 'container') return node.presence ? [...parts, 'presence p;'] : parts;
    if (keyword === 'leaf' || keyword === 'leaf-list') parts.push(this.#type(node));
    if (keyword === 'leaf') {
      if (!node.isKey && !node.isReference && random.chance(0.3))
        parts.push(`default ${random.pick(VALUES)};`);
      else if (!node.isKey && random.chance(0.2 * this.#density)) parts.push('mandatory true;');
      return parts;
    }
    if (node.userOrdered) parts.push('ordered-by user;');
    if (random.chance(0.15 * this.#density)) parts.push('min-elements 1;');
    else if (keyword === 'leaf-list' && !node.isReference && random.chance(0.3))
      parts.push('default 1; default 3;');
    if (random.chance(0.2 * this.#density)) parts.push('max-elements 2;');
    if (keyword === 'list') parts.push(...this.#listProperties(node));
    return parts;
  }

  #listProperties(node: Node): readonly string[] {
    const [key, ...others] = node.children;
    const leaf = others.find(({ keyword }) => keyword === 'leaf');
    const parts = [`key ${key?.name ?? ''};`];
    if (leaf && this.#random.chance(0.4)) parts.push(`unique ${leaf.name};`);
    return parts;
  }

  #type(node: Node): string {
    const random = this.#random;
    if (!node.isKey && random.chance(0.25)) {
      // Only to nodes made before, for leafrefs must not go round in a circle.
      const earlier = this.#all.slice(0, this.#all.indexOf(node));
      const targets = earlier.filter(({ keyword }) => keyword.startsWith('leaf'));
      const target = targets.length > 0 ? random.pick(targets) : undefined;
      if (target) return `type leafref { path "${this.#leafrefPath(node, target)}"; }`;
    }
    if (!node.isKey && random.chance(0.08)) {
      node.isReference = true;
      return 'type instance-identifier;';
    }
    return random.chance(0.5) ? 'type int8;' : 'type string;';
  }

  #leafrefPath(from: Node, target: Node): string {
    if (this.#random.chance(0.4)) return `/${dataPath(target).join('/')}`;
    return relativePath(from, target);
  }

  /** An expression of boolean use at `node`. */
  #condition(node: Node): string {
    const random = this.#random;
    const path = (): string => this.#path(node);
    const value = random.pick(VALUES);
    const simple: readonly (() => string)[] = [
      path,
      () => `not(${path()})`,
      () => `not(${path()} = '${value}')`,
      () => `${path()} = ${value} or not(${path()})`,
      () => `count(${path()}) < ${value}`,
      () => `count(${path()} | ${path()}) != ${value}`,
      () => `not(${path()} = ${path()})`,
      () => `${path()} != ${path()}`,
      () => `string(${path()}) != '${value}'`,
      () => `concat(${path()}, ${path()}) != '${value}${value}'`,
      () => `sum(${path()}) < 6`,
      () => `string-length(.) < 4`,
      () => `. != '${value}'`,
      () => `not(deref(${path()})/..)`,
      () => `count(deref(${path()})/../*) < 3`,
      () => `not(preceding-sibling::*[1] = '${value}')`,
      () => `count(following-sibling::*) < 6`,
      () => `not(following::* = '${value}')`,
      () => `count(ancestor::*/*) < 9`,
      () => `count(//${random.pick(this.#all).name}[. != '${value}']/..) < 3`,
      () => `not(../*[2] = '${value}')`,
      () => `${path()}/text() = '${value}' or not(${path()}/text()/..)`,
      () => `name(../*[last()]) != '${random.pick(this.#all).name}'`,
      () => `count(../node()/node()) != ${value}`,
      () => `boolean(${path()}/..)`,
    ];
    const one = random.pick(simple)();
    if (!random.chance(0.25)) return one;
    return `${one} ${random.pick(['or', 'and'])} ${random.pick(simple)()}`;
  }

  #path(from: Node): string {
    const random = this.#random;
    const target = random.pick(
      this.#all.filter(({ keyword }) => keyword !== 'choice' && keyword !== 'case'),
    );
    const steps = random.chance(0.3)
      ? `/${dataPath(target).join('/')}`
      : relativePath(from, target);
    const list = target.parent;
    if (list?.keyword !== 'list' || !random.chance(0.5)) return steps;
    const [key] = list.children;
    const cut = steps.lastIndexOf('/');
    if (cut <= 0 || steps.slice(0, cut).endsWith('..')) return steps;
    const predicate = random.pick([
      `[${key?.name ?? ''} = '1']`,
      `[${key?.name ?? ''} = 2]`,
      '[1]',
      '[last()]',
      `[${key?.name ?? ''} = current()]`,
      `[${random.pick(list.children).name}]`,
    ]);
    return `${steps.slice(0, cut)}${predicate}${steps.slice(cut)}`;
  }

  #instances(node: Node, place: string, choose: Choose): string {
    const { keyword, name, children } = node;
    const random = choose(node, place);
    const inside = (nodes: readonly Node[], below: string): string =>
      nodes.map((child) => this.#instances(child, below, choose)).join('');
    switch (keyword) {
      case 'choice':
        return random.chance(0.6) ? inside([random.pick(children)], place) : '';
      case 'case':
        return inside(children, place);
      case 'container':
        return random.chance(0.35) ? '' : element(name, inside(children, `${place}/${name}`));
      case 'leaf':
        return random.chance(0.5) ? this.#leaf(node, random.pick(VALUES), random) : '';
      case 'leaf-list':
        return someValues(random)
          .map((value) => this.#leaf(node, value, random))
          .join('');
      case 'list': {
        const [key, ...others] = children;
        const rows = someValues(random).map((value) => {
          const content = inside(others, `${place}/${name}[${value}]`);
          return element(name, `${element(key?.name ?? '', value)}${content}`);
        });
        return rows.join('');
      }
    }
  }

  #leaf({ name, isReference }: Node, value: string, random: RandomSource): string {
    if (!isReference) return element(name, value);
    const steps = dataPath(random.pick(this.#all.filter(isData)));
    return `<${name} xmlns:m="urn:m">${steps.map((step) => `/m:${step}`).join('')}</${name}>`;
  }
}

/** The random choices for a node in a place. */
type Choose = (node: Node, place: string) => RandomSource;

function someValues(random: RandomSource): readonly string[] {
  const chosen = VALUES.filter(() => random.chance(0.35));
  return random.chance(0.5) ? chosen : chosen.toReversed();
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (Math.imul(value, 31) + character.charCodeAt(0)) | 0;
  return value;
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function isData({ keyword }: Node): boolean {
  return keyword !== 'choice' && keyword !== 'case';
}

/** Names of the data nodes from the top down to `node`. */
function dataPath(node: Node): readonly string[] {
  const names: string[] = [];
  for (let at: Node | undefined = node; at; at = at.parent) if (isData(at)) names.unshift(at.name);
  return names;
}

function ancestorsOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (let at = node.parent; at; at = at.parent) if (isData(at)) found.push(at);
  return found;
}

function relativePath(from: Node, target: Node): string {
  const start = isData(from) ? ancestorsOf(from) : ancestorsOf(from).slice(1);
  const above = ancestorsOf(target);
  const ups = isData(from) ? start : ancestorsOf(from).slice(1);
  const common = start.findIndex((node) => above.includes(node));
  const climb = (common < 0 ? ups.length : common) + 1;
  const top = common < 0 ? undefined : start[common];
  const down = dataPath(target).slice(top ? dataPath(top).length : 0);
  return [...Array.from({ length: climb }, () => '..'), ...down].join('/');
}
