/**
 * Two devices, a VM and a hypervisor for moves that are cut short. The hypervisor is a file that the hook
 * writes: its last line says where the VM runs. A hook can also kill a process when it is called, which
 * is a moment that no timing can miss.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalNames, onRecord, runSami, startSami } from '../../support/processes.ts';
import type { Ended, Process, Samid, Site, VmView } from '../../support/processes.ts';
import { fullVm } from './full-vm.ts';

/** What kills what. */
export interface Fault {
  /** When: a record of the journal, or `hook stop`, `hook continue`. */
  readonly at: string;
  readonly victim: 'orchestrator' | 'old' | 'new';
  /** What a hook sends; default KILL. */
  readonly signal?: 'KILL' | 'INT';
}

export interface MovingVm {
  readonly id: string;
  /** Id of the move. */
  readonly move: string;
  readonly before: VmView;
  readonly from: Samid;
  readonly to: Samid;
}

export class MoveWorld {
  readonly site: Site;
  readonly old: Samid;
  readonly new: Samid;
  #moves = 0;

  private constructor(site: Site, old: Samid, target: Samid) {
    this.site = site;
    this.old = old;
    this.new = target;
  }

  static async start(site: Site): Promise<MoveWorld> {
    return new MoveWorld(site, await site.start('old'), await site.start('new'));
  }

  /** A VM that runs on the old device, with entries of all kinds. */
  async addVm(sessions: number): Promise<MovingVm> {
    this.#moves += 1;
    const id = `vm-${this.#moves}`;
    await this.old.configure(fullVm({ id, address: `192.0.2.${this.#moves}`, sessions }));
    const before = await this.old.view(id);
    assert.ok(before);
    return { id, move: id, before, from: this.old, to: this.new };
  }
}

/** Moves a VM and lets one process be killed on the way. Resolves when `sami migrate` has ended. */
export async function moveWithFault(site: Site, vm: MovingVm, fault: Fault): Promise<Ended> {
  const sami = startSami([
    ...['migrate', '--vm', vm.id, '--id', vm.move, ...sides(vm), '--state-dir', site.moves],
    ...['--hook', hook(site, vm, fault), '--json'],
  ]);
  const device = fault.victim === 'old' ? vm.from : fault.victim === 'new' ? vm.to : undefined;
  const restarted = device && restartAfterDeath(device, sami);
  const place = { stateDir: site.moves, id: vm.move, name: fault.at };
  const stopWatching = onRecord(place, () => {
    if (device) process.kill(device.pid, 'SIGKILL');
    else sami.child.kill('SIGKILL');
  });
  const ended = await sami.ended;
  stopWatching();
  await restarted;
  return ended;
}

/** Takes a move up again, with a hook of its own that does no harm unless it is to. */
export function resumeMove(site: Site, vm: MovingVm, fault?: Fault): Promise<Ended> {
  const again = ['--hook', hook(site, vm, fault), '--state-dir', site.moves, '--json'];
  return runSami(['resume', vm.move, ...again]);
}

async function restartAfterDeath(device: Samid, sami: Process): Promise<void> {
  const died = await Promise.race([device.ended.then(() => true), sami.ended.then(() => false)]);
  if (died) await device.restart();
}

function sides({ from, to }: MovingVm): readonly string[] {
  return [
    ...['--from', from.endpoint, '--from-host-key', from.fingerprint],
    ...['--to', to.endpoint, '--to-host-key', to.fingerprint],
  ];
}

const calls = (site: Site, { move }: MovingVm): string => join(site.folder, `${move}.calls`);

/** A shell function that writes down what it is told and kills at most once. */
function hook(site: Site, vm: MovingVm, fault?: Fault): string {
  const [when, action] = fault?.at.split(' ') ?? [];
  const log = calls(site, vm);
  if (!fault || when !== 'hook') return `note() { echo "$1" >>'${log}'; }; note`;
  const victims = { orchestrator: '$PPID', old: vm.from.pid, new: vm.to.pid };
  const kill = `mkdir '${log}.killed' 2>/dev/null && kill -${fault.signal ?? 'KILL'} ${victims[fault.victim]}`;
  return `note() { echo "$1" >>'${log}'; [ "$1" != ${action ?? ''} ] || { ${kill}; } || :; }; note`;
}

/** Where the VM runs, as the hypervisor was told last. */
export async function placeOf(site: Site, vm: MovingVm): Promise<'old' | 'new' | 'stopped'> {
  const text = await readFile(calls(site, vm), 'utf8').catch(() => '');
  const last = text.trim().split('\n').at(-1);
  return last === 'continue' ? 'new' : last === 'stop' ? 'stopped' : 'old';
}

/** Whatever has happened: one device holds all entries of the VM. */
export async function assertNothingLost(vm: MovingVm): Promise<void> {
  const views = await Promise.all([vm.from.view(vm.id), vm.to.view(vm.id)]);
  const whole = views.filter((view) => view && equal(view.tables, vm.before.tables));
  assert.ok(whole.length > 0, `no device holds everything: ${JSON.stringify(views)}`);
}

/** Once a move has ended: one device serves the VM, where it runs, and the other holds nothing of it. */
export async function assertServedOnce(
  site: Site,
  vm: MovingVm,
): Promise<'migrated' | 'rolled-back'> {
  const place = await placeOf(site, vm);
  const [old, target] = await Promise.all([vm.from.view(vm.id), vm.to.view(vm.id)]);
  assert.deepEqual({ place, old, new: target }, expected(place, vm.before));
  return place === 'new' ? 'migrated' : 'rolled-back';
}

function expected(place: string, view: VmView): object {
  return { place, old: undefined, new: undefined, [place === 'new' ? 'new' : 'old']: view };
}

function equal(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** True when the journal says that the move has come to its end. */
export function hasEnded(site: Site, { move }: MovingVm): boolean {
  return journalNames(site.moves, move).includes('end');
}

/** Neither device is left with a lock, a pending commit or an edited candidate. */
export async function assertFree(...devices: readonly Samid[]): Promise<void> {
  for (const device of devices) {
    const client = await device.client();
    for (const datastore of ['running', 'candidate'] as const) await client.lock(datastore);
    for (const datastore of ['running', 'candidate'] as const) await client.unlock(datastore);
  }
}
