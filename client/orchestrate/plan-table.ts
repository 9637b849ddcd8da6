/** The plan of a move for people: the verdict, a table of kinds, what is at risk and what is in the way. */
import type { KindPlan } from './assess.ts';
import type { MovePlan } from './plan-move.ts';
import { describeProblem } from './report.ts';
import { table } from './report-table.ts';

const VERDICTS: Readonly<Record<MovePlan['verdict'], string>> = {
  fits: 'fits',
  risk: 'would be moved, at a risk',
  refused: 'would be refused',
};

const HEAD = [
  'kind',
  'old plane',
  'new plane',
  'lacks',
  'entries',
  'free',
  'limit',
  'used',
  'reserved',
];
const TEXT_COLUMNS = 4;

/** Text with a line end at the end. */
export function printPlan({ verdict, vm, from, to, kinds, risks, problems }: MovePlan): string {
  const shown = kinds.filter(
    ({ entries, essential, staysBehind }) => entries > 0 || essential || staysBehind,
  );
  return [
    `${VERDICTS[verdict]}: VM ${vm} from ${from} to ${to}`,
    ...table(HEAD, shown.map(rowOf), TEXT_COLUMNS),
    ...(risks.length + problems.length > 0 ? [''] : []),
    ...risks.map(({ message }) => `~ ${message}`),
    ...problems.map((problem) => `! ${describeProblem(problem)}`),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function rowOf({
  kind,
  entries,
  oldPlane,
  room,
  missingFeatures,
  staysBehind,
}: KindPlan): readonly string[] {
  const lacks = staysBehind ? 'stays behind' : missingFeatures.join(' ');
  const count = (value: number | null | undefined): string => (value == null ? '-' : String(value));
  return [
    kind,
    oldPlane ?? '-',
    room === null ? 'none' : (room.plane ?? '-'),
    lacks === '' ? '-' : lacks,
    String(entries),
    count(room?.free),
    count(room?.limit),
    count(room?.used),
    count(room?.reserved),
  ];
}
