/** `samid --plane linux,…`: connection tracking of the kernel. */
import { optionValue } from '../factory.ts';
import type { PlaneFactory } from '../factory.ts';
import { LinuxDataPlane } from './linux-plane.ts';

export const linuxFactory: PlaneFactory = {
  name: 'linux',
  kinds: ['session', 'nat'],
  options: [{ name: 'netns', description: 'network namespace to work in' }],
  open(values, { context, clock }) {
    const netns = optionValue(values, 'netns');
    const plane = new LinuxDataPlane({
      schema: context,
      clock,
      ...(netns === undefined ? {} : { netns }),
    });
    return Promise.resolve({ plane });
  },
};
