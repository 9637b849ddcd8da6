/**
 * What the two ends of the demonstration's connections share: one JSON object a line from the parent,
 * one back, and the form of a datagram or line on the connections themselves.
 */
import { createInterface } from 'node:readline';

/** How a connection runs. `tcp-translated` goes to the service's public address. */
const FLOW_KINDS = ['tcp', 'udp', 'tcp6', 'udp6', 'tcp-translated'] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** Kind of the flow with this number: they take turns. */
export function flowKind(index: number): FlowKind {
  return FLOW_KINDS[index % FLOW_KINDS.length] ?? 'tcp';
}

/** Answers each line on stdin with what `handle` resolves to. */
export function serveLines(
  handle: (question: Record<string, unknown>) => Promise<Record<string, unknown>>,
): void {
  let last = Promise.resolve();
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      last = last.then(async () => {
        const answer = await handle(JSON.parse(line) as Record<string, unknown>);
        process.stdout.write(`${JSON.stringify(answer)}\n`);
      });
    })
    .on('close', () => process.exit(0));
}
