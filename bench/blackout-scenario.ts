/** How long a VM stands still: whole moves between simulated devices, with changes up to the last moment. */
import { configureVm, moveOptionsFor } from '../client/demo/parties.ts';
import { SimulatedWorld } from '../client/demo/simulated/simulated-world.ts';
import { move } from '../client/index.ts';
import type { Scenario } from './row.ts';
import { withFolder } from './scratch.ts';

const LARGE = 100_000;
const SMALL = 10_000;
/** Connections opened when the VM is about to be stopped. */
const CHANGED = 1000;

export const blackoutScenario: Scenario = {
  name: 'blackout',
  metrics: [
    {
      name: 'blackout, 1 000 changed entries, 100 000 present',
      unit: 'ms',
      bound: { kind: 'at most', value: 300 },
    },
    {
      name: 'blackout, 1 000 changed entries, 100 000 ÷ 10 000 present',
      unit: 'ratio',
      bound: { kind: 'at most', value: 1.5 },
    },
    { name: 'whole move, 100 000 entries', unit: 'ms' },
  ],
  async run() {
    const small = await moveOnce(SMALL);
    const large = await moveOnce(LARGE);
    return [large.blackoutMs, large.blackoutMs / small.blackoutMs, large.durationMs];
  },
};

function moveOnce(sessions: number): ReturnType<typeof move> {
  return withFolder(async (folder) => {
    const world = await SimulatedWorld.create(folder);
    try {
      await configureVm(world, world.old, 'create');
      await world.fill(sessions);
      const report = await move({
        ...moveOptionsFor(world, `${folder}/moves`),
        onStep: async ({ stage, party, message, when }) => {
          // The last word with the old device before the VM is stopped.
          if (stage !== 'switch-over' || party !== 'old') return;
          if (message === 'edit-config' && when === 'after') await world.openFlows(CHANGED);
        },
      });
      const after = report.kinds['session']?.after;
      if (report.outcome !== 'migrated' || after !== sessions + CHANGED) {
        throw new Error(`the move went wrong: ${JSON.stringify(report)}`);
      }
      return report;
    } finally {
      await world.close();
    }
  });
}
