/** `samid --plane linux,…`: connection tracking and NAT of the kernel. */
import { join } from 'node:path';
import { kindsOf, limitsOf, optionValue } from '../factory.ts';
import type { PlaneFactory, PlaneOptionValues } from '../factory.ts';
import { PlaneUsageError } from '../plane-argument.ts';
import { LinuxDataPlane } from './linux-plane.ts';
import { NAT_KIND, SESSION_KIND } from './model/table-model.ts';

const KINDS = [SESSION_KIND, NAT_KIND];

export const linuxFactory: PlaneFactory = {
  name: 'linux',
  kinds: KINDS,
  options: [
    { name: 'netns', description: 'network namespace to work in' },
    { name: 'kind', description: 'serve only this kind', repeatable: true },
    {
      name: 'limit.KIND',
      description: 'entries of the kind that fit, if fewer than the kernel has',
    },
    {
      name: 'final-counters',
      description: 'report all counters at a freeze of a VM with up to so many sessions (1000)',
    },
  ],
  open(values, { context, clock, stateDirectory }) {
    const kinds = kindsOf(values, KINDS);
    if (!kinds.includes(SESSION_KIND)) {
      throw new PlaneUsageError(
        `kind=${NAT_KIND}: mappings go with sessions, so kind=${SESSION_KIND} is needed`,
      );
    }
    const netns = optionValue(values, 'netns');
    const finalCounters = numberOf(values, 'final-counters');
    const file = netns === undefined ? 'linux-counters' : `linux-counters-${netns}`;
    const plane = new LinuxDataPlane({
      schema: context,
      clock,
      limits: limitsOf(values),
      counterFile: join(stateDirectory, file),
      kinds,
      ...(netns === undefined ? {} : { netns }),
      ...(finalCounters === undefined ? {} : { finalCounters }),
    });
    return Promise.resolve({ plane });
  },
};

function numberOf(values: PlaneOptionValues, name: string): number | undefined {
  const text = optionValue(values, name);
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? text : Number(text);
  throw new PlaneUsageError(`${name}: expected a number of sessions, not "${text}"`);
}
