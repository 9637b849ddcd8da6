/**
 * Firmware of an irrigation controller: NETCONF for a board with valves and sensors, which is simulated here.
 * `irrigation-types.ts` is what `sami yang types examples/embed/irrigation.yang` makes of the module.
 *
 *     node dist/examples/embed/firmware.js [PORT] [DIRECTORY]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Branch } from 'sami/data';
import { FileStore, Users, createServer, loadSchema, serveSsh, silentLogger } from 'sami/server';
import { RpcErrorException, inUse, resourceDenied } from 'sami/server';
import type { OwnCall, Server } from 'sami/server';
import { Dry, Irrigation, IrrigationData } from './irrigation-types.ts';
import type { CloseAllOutput, ConfigOfIrrigationBed, IrrigationBed } from './irrigation-types.ts';
import type { IrrigationBedWaterInput, IrrigationBedWaterOutput } from './irrigation-types.ts';

const [port = '830', directory = 'irrigation-state'] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const context = loadSchema({ paths: ['examples/embed'], modules: [{ name: 'irrigation' }] });

// The board: valves 1 to 4, and sensors that show 25 percent until water has flowed.
const VALVES = 4;
const openValves = new Set<number>();
const sensors = new Map<number, number>();
const moistureAt = (valve: number): number => sensors.get(valve) ?? 25;

let server: Server | undefined = undefined;
let beds: readonly ConfigOfIrrigationBed[] = [];
const bedsOf = (running: Branch): readonly ConfigOfIrrigationBed[] =>
  IrrigationData.config.fromTree(running).irrigation?.bed ?? [];

/** The data plane: it refuses what the board cannot do, and opens valves where it is too dry. */
const board = {
  name: 'board',
  start: (running: Branch): void => {
    configure(bedsOf(running));
  },
  prepare: ({ after }: { readonly after: Branch }) => {
    const next = bedsOf(after);
    const valves = new Set(next.map(({ valve }) => valve));
    if (valves.size < next.length) throw new RpcErrorException([inUse('two beds share a valve')]);
    if (Math.max(0, ...valves) > VALVES) {
      throw new RpcErrorException([resourceDenied(`the board has ${VALVES} valves`)]);
    }
    const apply = (): Promise<void> => {
      configure(next);
      return Promise.resolve();
    };
    return { apply, abort: () => Promise.resolve() };
  },
};

function configure(next: readonly ConfigOfIrrigationBed[]): void {
  beds = next;
  openValves.clear();
  for (const { name, valve, wanted = 40 } of beds) {
    const moisture = moistureAt(valve);
    if (moisture >= wanted) continue;
    openValves.add(valve);
    server?.publish(Dry.toTree(context, { bed: name, moisture }));
  }
}

function closeAll(): CloseAllOutput {
  const closed = openValves.size;
  openValves.clear();
  return { closed };
}

/** An action: the key of the bed that it is called for comes with the input. */
function water({ input, keys }: OwnCall<IrrigationBedWaterInput>): IrrigationBedWaterOutput {
  const { seconds = 30 } = input;
  const valve = beds.find(({ name }) => name === keys[0])?.valve ?? 0;
  sensors.set(valve, Math.min(100, moistureAt(valve) + seconds));
  return { litres: `${seconds / 4}` };
}

const stateOf = (bed: ConfigOfIrrigationBed): IrrigationBed => {
  return { ...bed, moisture: moistureAt(bed.valve), open: openValves.has(bed.valve) };
};
server = await createServer({
  context,
  store: new FileStore({ directory: join(directory, 'config'), context, logger: silentLogger }),
  participants: [board],
  state: [
    {
      path: '/irrigation:irrigation',
      read: () => Irrigation.toTree(context, { bed: beds.map(stateOf) }),
    },
  ],
  operations: { 'irrigation:close-all': closeAll, '/irrigation:irrigation/bed/water': water },
});
const users = new Users([{ name: 'gardener', password: 'secret', administrator: true }]);
const hostKeyFile = join(directory, 'host-key');
const service = await serveSsh({ server, users, port: Number(port), hostKeyFile });
console.log(`listening on 127.0.0.1:${service.port}, host key ${service.fingerprint}`);
process.once('SIGTERM', () => void service.close());
