/** All benchmarks, in the order in which they run. */
import { blackoutScenario } from './blackout-scenario.ts';
import { compileScenario } from './compile-scenario.ts';
import { linuxScenario } from './linux-scenario.ts';
import { mustScenario } from './must-scenario.ts';
import { planeScenario } from './plane-scenario.ts';
import type { Scenario } from './row.ts';
import { bundleScenario, isolationScenario, sessionsScenario } from './server-scenario.ts';
import { tableScenario } from './table-scenario.ts';

export const scenarios: readonly Scenario[] = [
  compileScenario,
  tableScenario,
  mustScenario,
  blackoutScenario,
  linuxScenario,
  planeScenario,
  bundleScenario,
  sessionsScenario,
  isolationScenario,
];
