/**
 * Firmware of a heater: its configuration and state as values of TypeScript types that are generated from
 * its module (`sami yang types examples/heater.yang`). A wrong name, a missing key, a value that is no
 * enum, state in the configuration: nothing of that compiles. What types cannot say is told at run time.
 *
 *     node dist/examples/heater.js [MODULE-FILE]
 */
import { readFileSync } from 'node:fs';
import { error } from 'sami';
import { encodeData, validateFull } from 'sami/data';
import { compile, printDiagnostic } from 'sami/yang';
import {
  HeaterData,
  HeaterZone,
  HeaterZoneBoostInput,
  HeaterZoneBoostOutput,
} from './heater-types.ts';
import type { ConfigOfHeater, HeaterZoneStatus } from './heater-types.ts';

const [file = 'examples/heater.yang'] = process.argv.slice(2);
const sources = new Map([['heater.yang', readFileSync(file, 'utf8')]]);
const { context, diagnostics } = compile(sources, { modules: [{ name: 'heater' }] });
if (!context) throw new Error(diagnostics.map(printDiagnostic).join('\n'));

// Configuration: each zone has a target or a schedule, never both.
const heater: ConfigOfHeater = {
  zone: [
    { name: 'hall', target: '18.5' },
    { name: 'office', schedule: { day: '21.0', night: '16' }, off: ['saturday', 'sunday'] },
  ],
};
const config = HeaterData.config.toTree(context, { heater });
console.log(encodeData(config));
for (const fault of validateFull(config, context)) console.log(error.describeRpcError(fault));

// State: what is measured is added to the configuration.
const measured = (name: string): HeaterZoneStatus => ({
  measured: name === 'hall' ? '18.4' : '20.9',
  valveOpen: name === 'hall',
  energy: 123_456_789_012_345_678n,
  ...(name === 'office' ? { fault: 'heater:valve-fault' } : {}),
});
const zone = heater.zone?.map((it) => ({ ...it, status: measured(it.name) }));
const data = HeaterData.toTree(context, { heater: { zone } });
console.log(encodeData(data));

// Reading: the value has the types of the module.
for (const { name, status } of HeaterData.fromTree(data).heater?.zone ?? []) {
  console.log(`${name}: ${status?.measured ?? '?'} °C, ${status?.fault ?? 'no fault'}`);
}

// An action: parameters in, results out.
const input = HeaterZoneBoostInput.toTree(context, { minutes: 30 });
const { minutes } = HeaterZoneBoostInput.fromTree(input);
console.log(encodeData(HeaterZoneBoostOutput.toTree(context, { until: `in ${minutes} minutes` })));

// What a type cannot say: 35 degrees are too many.
const { errors } = HeaterZone.config.build(context, { name: 'attic', target: '35.0' });
for (const fault of errors) console.log(error.describeRpcError(fault));
