/** Programs that listen for changes end with the plane, however soon it is closed. */
import { readFile, readdir } from 'node:fs/promises';
import { Monitors } from '../../../server/plane/bridge/monitors.ts';
import { Launcher } from '../../../server/plane/kit/launcher.ts';
import { until } from '../../support/until.ts';

/** A command that nobody else runs. */
const COMMAND = ['sleep', `${process.pid}.5`];

async function running(): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).filter((line) => line === `${COMMAND.join('\0')}\0`).length;
}

describe('bridge plane: monitors', () => {
  it('run', async () => {
    const monitors = new Monitors(new Launcher());
    await monitors.listen(COMMAND, () => undefined);
    await until(async () => (await running()) === 1);
    await monitors.close();
    await until(async () => (await running()) === 0);
  });

  it('leave nothing behind, at whatever moment of their start they are closed', async () => {
    for (let round = 0; round < 60; round += 1) {
      const monitors = new Monitors(new Launcher());
      await monitors.listen(COMMAND, () => undefined);
      // From none to some 6 ms of work, in which the shell starts.
      const end = performance.now() + round / 10;
      while (performance.now() < end);
      await monitors.close();
    }
    await until(async () => (await running()) === 0);
  });
});
