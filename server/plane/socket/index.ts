/** Data planes in other processes and languages, by the protocol of docs/plane-protocol.md. */
import { TablePlane } from '../kit/table-plane.ts';
import { optionValue } from '../factory.ts';
import type { PlaneFactory } from '../factory.ts';
import { PlaneUsageError } from '../plane-argument.ts';
import { SocketDriver } from './driver.ts';

export { SocketDriver } from './driver.ts';
export type { SocketDriverOptions } from './driver.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export const socketFactory: PlaneFactory = {
  name: 'socket',
  kinds: 'any',
  options: [
    { name: 'socket', description: 'UNIX socket that the plane listens on', required: true },
    { name: 'kind', description: 'serve only this kind', repeatable: true },
    { name: 'timeout-ms', description: 'how long the plane may take for an answer (10000)' },
  ],
  async open(values, { context, clock, logger }) {
    const driver = await SocketDriver.connect({
      path: optionValue(values, 'socket') ?? '',
      context,
      clock,
      logger,
      timeoutMs: timeoutOf(optionValue(values, 'timeout-ms')),
      kinds: values.get('kind'),
    });
    return { plane: new TablePlane(driver, { context, clock, logger }) };
  },
};

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TIMEOUT_MS;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new PlaneUsageError(`timeout-ms: expected a number of milliseconds, not "${text}"`);
  }
  return Number(text);
}
