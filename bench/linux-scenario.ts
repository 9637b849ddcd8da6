/** Real connection tracking: a move over NETCONF against the kernel's own tools piped into each other. */
import { LinuxWorld } from '../client/demo/linux/linux-world.ts';
import { missingForLinux } from '../client/demo/detect.ts';
import { configureVm, moveOptionsFor } from '../client/demo/parties.ts';
import { run as runProgram } from '../client/demo/process.ts';
import { move } from '../client/index.ts';
import type { Scenario } from './row.ts';
import { timed, withFolder } from './scratch.ts';

const ENTRIES = 100_000;

export const linuxScenario: Scenario = {
  name: 'linux',
  metrics: [
    {
      name: 'linux plane: move of 100 000 entries ÷ conntrack -L | conntrack -R',
      unit: 'ratio',
      bound: { kind: 'at most', value: 5 },
    },
    { name: 'linux plane: move of 100 000 entries', unit: 'ms' },
    { name: 'linux plane: blackout, 100 000 present', unit: 'ms' },
  ],
  unavailable: missingForLinux,
  run: () => withFolder(run),
};

async function run(folder: string): Promise<readonly number[]> {
  let removeTopology = (): void => undefined;
  process.once('exit', () => {
    removeTopology();
  });
  const world = await LinuxWorld.create(folder, (topology) => {
    removeTopology = () => {
      topology.remove();
    };
  });
  try {
    await configureVm(world, world.old, 'create');
    await world.fill(ENTRIES);
    const pipedMs = await timed(() => pipe(world));
    await world.topology.exec('new', 'conntrack', ['-F']);
    const report = await move({
      ...moveOptionsFor(world, `${folder}/moves`),
    });
    if (report.outcome !== 'migrated' || report.kinds['session']?.after !== ENTRIES) {
      throw new Error(`the move went wrong: ${JSON.stringify(report)}`);
    }
    return [report.durationMs / pipedMs, report.durationMs, report.blackoutMs];
  } finally {
    await world.close();
  }
}

async function pipe({ topology }: LinuxWorld): Promise<void> {
  const enter = (role: 'old' | 'new'): string => `ip netns exec ${topology.namespace(role)}`;
  await runProgram('sh', [
    '-c',
    `${enter('old')} conntrack -L -o save 2>/dev/null | ${enter('new')} conntrack -R - >/dev/null`,
  ]);
}
