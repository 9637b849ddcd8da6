/**
 * Reads tree diagrams, and compares ours with those of yanglint after taking away what RFC 8340 leaves
 * open and where yanglint departs from it:
 *
 * - the order of nodes, which it does not lay down: yanglint puts keys first, actions and notifications last;
 * - columns, which are for the eye (section 2.6 has no rule for them);
 * - "uses" that are not expanded, allowed by section 2.6 ("-u"): yanglint leaves them in augments and groupings;
 * - the prefix of a type and prefixes in paths of leafrefs: section 2.6 wants them removed if possible;
 * - status: yanglint also marks what is below a deprecated node (RFC 7950, section 7.21.2 inherits nothing);
 * - a "?" behind the name of a case: section 2.6 has opts for choices, not for cases;
 * - flags "--" in notifications: "ro" in section 2.6; and in yang-data and groupings, which have no flags;
 * - flags in augments: yanglint prints "rw" wherever the augmented node is state or input;
 * - conditions that "uses" and "augment" bring: yanglint leaves them out;
 * - the case of a shorthand (RFC 7950, section 7.9.2): yanglint leaves it out in augments;
 * - augments of a module's own nodes, which we show where the nodes are and yanglint once more on their own;
 * - groupings, which section 2.4 lets one leave out.
 */

interface DiagramNode {
  readonly column: number;
  readonly status: string;
  readonly flags: string;
  /** Name with opts and keys. */
  readonly name: string;
  readonly type: string;
  readonly condition: string;
  readonly children: DiagramNode[];
}

interface Section {
  readonly title: string;
  readonly nodes: DiagramNode[];
}

const LINE = /^(?<indent>[ |]*)(?<status>[+xo])--(?<rest>.*)$/;

function parseDiagram(text: string): readonly Section[] {
  const sections: Section[] = [];
  let open: DiagramNode[] = [];
  for (const line of text.split('\n')) {
    const { indent, status, rest } = LINE.exec(line)?.groups ?? {};
    if (indent === undefined || status === undefined || rest === undefined) {
      if (line.trim() !== '' && !line.startsWith('libyang')) {
        sections.push({ title: line.trim().replace(/:$/, ''), nodes: [] });
        open = [];
      }
      continue;
    }
    const node = parseNode(indent.length, status, rest);
    open = open.filter(({ column }) => column < node.column);
    (open.at(-1)?.children ?? sections.at(-1)?.nodes)?.push(node);
    open.push(node);
  }
  return sections;
}

function parseNode(column: number, status: string, text: string): DiagramNode {
  const { condition, front } = splitCondition(text);
  const isCase = front.startsWith(':(');
  const flags = isCase ? '' : (/^(?:rw|ro|-w|-u|-x|-n|mp|--)(?= )/.exec(front)?.[0] ?? '');
  const rest = front.slice(flags.length).trim();
  const [, name = rest, type = ''] = /^(\S+(?: \[[^\]]*\])?)(?:\s+(.*))?$/.exec(rest) ?? [];
  return {
    column,
    status,
    flags,
    name: isCase ? name.replace(/\?$/, '') : name,
    type: type.trim(),
    condition,
    children: [],
  };
}

function splitCondition(text: string): { readonly condition: string; readonly front: string } {
  const match = /^(.*?)\s*\{([^}]*)\}\?$/.exec(text);
  return { condition: match?.[2] ?? '', front: match?.[1] ?? text };
}

interface Surroundings {
  /** Of the nearest node above that is not current. */
  readonly status: string;
  readonly inNotification: boolean;
  readonly inAugment: boolean;
}

/** All of a node that has to be equal, apart from its condition. */
function canonical(node: DiagramNode, { status, inNotification, inAugment }: Surroundings): string {
  const isData = ['rw', 'ro', '-w', '--', ''].includes(node.flags);
  const open = node.flags === '--' && inNotification ? 'ro' : node.flags.replace('--', '');
  const flags = isData && inAugment ? '' : open;
  const ownStatus = node.status === status ? '+' : node.status;
  return `${ownStatus}--${flags} ${node.name} ${canonicalType(node.type)}`;
}

function inside(node: DiagramNode, around: Surroundings): Surroundings {
  return {
    ...around,
    status: node.status === '+' ? around.status : node.status,
    inNotification: around.inNotification || node.flags === '-n',
  };
}

function canonicalType(type: string): string {
  if (!type.startsWith('->')) return type.replace(/^[\w.-]+:/, '');
  return type.replaceAll(/[\w.-]+:/g, '').replaceAll(/\s*=\s*/g, '=');
}

/** Pairs the nodes of both sides; what is left of either is a fault. */
function compareNodes(
  ours: readonly DiagramNode[],
  yanglint: readonly DiagramNode[],
  around: Surroundings,
): readonly string[] {
  const faults: string[] = [];
  const rest = [...ours];
  const isPart = yanglint.some(({ flags }) => flags === '-u');
  for (const theirs of yanglint) {
    if (theirs.flags === '-u') continue;
    const wanted = canonical(theirs, around);
    const index = rest.findIndex(
      (mine) =>
        (theirs.condition === '' || mine.condition === theirs.condition) &&
        [mine, ...shorthand(mine)].some((it) => canonical(it, around) === wanted),
    );
    const [found] = index < 0 ? [] : rest.splice(index, 1);
    const mine = found && canonical(found, around) === wanted ? found : found?.children[0];
    if (mine) faults.push(...compareNodes(mine.children, theirs.children, inside(theirs, around)));
    else faults.push(`< ${wanted} ${theirs.condition}`);
  }
  if (!isPart) faults.push(...rest.map((mine) => `> ${canonical(mine, around)} ${mine.condition}`));
  return faults;
}

/** The node of a case that is not written out. */
function shorthand(node: DiagramNode): readonly DiagramNode[] {
  return node.name.startsWith(':(') && node.children.length === 1 ? node.children : [];
}

function namesIn(nodes: readonly DiagramNode[]): ReadonlySet<string> {
  const shown = nodes.filter(({ flags }) => flags !== '-u');
  return new Set(shown.flatMap(({ name, children }) => [name, ...namesIn(children)]));
}

function joined(sections: readonly Section[]): ReadonlyMap<string, readonly DiagramNode[]> {
  const result = new Map<string, readonly DiagramNode[]>();
  for (const { title, nodes } of sections) {
    result.set(title, [...(result.get(title) ?? []), ...nodes]);
  }
  return result;
}

/** What differs, section by section: `<` only in that of yanglint, `>` only in ours. '' when nothing does. */
export function compareDiagrams(ours: string, yanglint: string): string {
  const mine = joined(parseDiagram(ours));
  const theirs = joined(parseDiagram(yanglint));
  const faults: string[] = [];
  const shown = namesIn([...mine.values()].flat());
  for (const title of new Set([...mine.keys(), ...theirs.keys()])) {
    if (title.startsWith('grouping') && !theirs.has(title)) continue;
    const isElsewhere =
      !mine.has(title) && [...namesIn(theirs.get(title) ?? [])].every((name) => shown.has(name));
    if (title.startsWith('augment') && isElsewhere) continue;
    const around = {
      status: '+',
      inNotification: title === 'notifications',
      inAugment: title.startsWith('augment'),
    };
    const found = compareNodes(mine.get(title) ?? [], theirs.get(title) ?? [], around);
    if (found.length > 0) faults.push(title, ...found);
  }
  return faults.join('\n');
}
