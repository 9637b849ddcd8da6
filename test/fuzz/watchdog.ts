/** A thread that notices when an input takes for ever: the main thread could not say so any more. */
import { Worker } from 'node:worker_threads';

const PROGRAM = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const { state, names, seconds } = workerData;
  let last = -1, since = Date.now();
  setInterval(() => {
    const [round, target] = [Atomics.load(state, 0), Atomics.load(state, 1)];
    if (round !== last) { last = round; since = Date.now(); }
    if (Date.now() - since < seconds * 1000) return;
    writeSync(1, 'FINDING ' + names[target] + ' round ' + round + ': no end after ' + seconds + ' s\\n');
    process.exit(1);
  }, 1000);
`;

/** Call the result before each input. The process ends when the next call is too long in coming. */
export function startWatchdog(
  names: readonly string[],
  seconds: number,
): (round: number, target: number) => void {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(PROGRAM, { eval: true, workerData: { state, names, seconds } });
  worker.unref();
  return (round, target) => {
    Atomics.store(state, 1, target);
    Atomics.store(state, 0, round);
  };
}
