/**
 * The whole comparison with yanglint: many documents for every subject, a table, and each difference in
 * full. Arguments: number of documents for each subject, seed, and names of subjects.
 */
import { runSubject } from './campaign.ts';
import { SUBJECTS } from './subjects.ts';

const [count = '500', seed = '1', ...names] = process.argv.slice(2);
let total = 0;
let failures = 0;
const reasons = new Map<string, number>();
for (const [index, subject] of SUBJECTS.entries()) {
  if (names.length > 0 && !names.includes(subject.name)) continue;
  const started = performance.now();
  const { documents, accepted, differences, explained } = await runSubject(
    subject,
    Number(seed) * 1000 + index,
    Number(count),
  );
  const seconds = (performance.now() - started) / 1000;
  total += documents;
  failures += differences.length;
  for (const [reason, times] of explained) reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  console.log(
    `${subject.name.padEnd(32)} ${String(documents).padStart(6)} documents ${String(accepted).padStart(6)} valid ` +
      `${String(differences.length).padStart(4)} different ${seconds.toFixed(1)} s`,
  );
  for (const { sample, number, ours, yanglint } of differences) {
    console.log(
      [
        `--- ${subject.name} ${String(number)} ${sample.kind} ${sample.format}, ${sample.mutation ?? 'unchanged'}`,
        `ours: ${ours || 'accepted'}`,
        `yanglint: ${yanglint.trim() || 'accepted'}`,
        sample.text,
        ...(sample.operational === undefined ? [] : ['with the data', sample.operational]),
      ].join('\n'),
    );
  }
}
for (const [reason, times] of reasons) console.log(`${String(times).padStart(5)} × ${reason}`);
console.log(`${String(total)} documents, ${String(failures)} different`);
process.exitCode = failures === 0 ? 0 : 1;
