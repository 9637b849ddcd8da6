/** The command line of `sami`, against two devices over SSH. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEndpoint } from '../../../client/cli/endpoint.ts';
import { OrchestratorCrash, Schemas, connectNetconf, move } from '../../../client/index.ts';
import type { MovePlan, MoveReport, Stage } from '../../../client/index.ts';
import {
  SystemClock,
  createFileModuleRepository,
  packageYangDirectory,
} from '../../../src/node/index.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { PASSWORD, SshDevice } from '../../support/ssh-devices.ts';

const VM_XML =
  '<?xml version="1.0"?>\n<sami xmlns="urn:sami:yang:sami"><vm><id>vm1</id><address>10.0.0.1</address></vm></sami>';
const VM_FILTER = '<sami xmlns="urn:sami:yang:sami"><vm><id/><mode/></vm></sami>';

describe('the command line', () => {
  let keys = '';
  let folder = '';
  let old: SshDevice;
  let target: SshDevice;

  before(async () => {
    keys = await mkdtemp(join(tmpdir(), 'sami-keys-'));
  });
  after(() => rm(keys, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-cli-'));
    old = await SshDevice.start(keys, 'old');
    target = await SshDevice.start(keys, 'new');
    await writeFile(join(folder, 'vm.xml'), VM_XML);
    await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  });
  afterEach(async () => {
    await old[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const sami = (
    args: readonly string[],
    variables: Readonly<Record<string, string>> = { SAMI_PASSWORD: PASSWORD },
  ): Promise<CommandResult> =>
    runCommand(args, { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder, ...variables });

  const netconf = (device: SshDevice, ...args: readonly string[]): Promise<CommandResult> =>
    sami(['netconf', device.target, '--host-key', device.hostKey.fingerprint, ...args]);

  const migrate = (...args: readonly string[]): Promise<CommandResult> =>
    sami([
      ...['migrate', '--vm', 'vm1', '--id', 'm1', '--from', old.target, '--to', target.target],
      ...['--from-host-key', old.hostKey.fingerprint, '--to-host-key', target.hostKey.fingerprint],
      ...args,
    ]);

  /** Puts the VM on the old device. */
  async function addVm(sessions = 25): Promise<void> {
    const added = await netconf(old, '--edit-config', join(folder, 'vm.xml'), '--commit');
    assert.deepEqual(added, { code: 0, out: '', err: '' });
    old.plane.fill('vm1', sessions);
  }

  it('performs operations in the order given', async () => {
    const file = join(folder, 'vm.xml');
    const { code, out, err } = await netconf(
      old,
      ...['--filter', VM_FILTER, '--lock', '--edit-config', file],
      ...['--get-config', 'candidate', '--get-config', '--commit', '--unlock', '--get-config'],
    );
    assert.equal(err, '');
    assert.equal(code, 0);
    const replies = [...out.matchAll(/<data [^>]*?(?:\/>|>[^]*?<\/data>)/g)];
    assert.deepEqual(
      replies.map(([reply]) => reply.includes('<id>vm1</id>')),
      [true, false, true],
      out,
    );
  });

  it('takes edits with <config> around them, and what it has printed itself', async () => {
    const file = join(folder, 'wrapped.xml');
    const nc = 'urn:ietf:params:xml:ns:netconf:base:1.0';
    const edit = (text: string): Promise<CommandResult> =>
      writeFile(file, text).then(() => netconf(old, '--edit-config', file, '--commit'));
    const content = VM_XML.slice(VM_XML.indexOf('<sami'));
    assert.deepEqual(await edit(`<config xmlns="${nc}">${content}</config>`), {
      code: 0,
      out: '',
      err: '',
    });
    const { out } = await netconf(old, '--get-config');
    assert.match(out, /<id>vm1<\/id>/);
    const removal = content.replace('<vm>', '<vm nc:operation="delete">');
    assert.equal((await edit(`<nc:config xmlns:nc="${nc}">${removal}</nc:config>`)).err, '');
    assert.doesNotMatch((await netconf(old, '--get-config')).out, /<id>vm1<\/id>/);
    assert.equal((await edit(out)).err, '');
    assert.equal((await netconf(old, '--get-config')).out, out);
  });

  it('reads XPath filters, prints modules, hello and JSON', async () => {
    await addVm();
    const { out } = await netconf(
      old,
      ...['--ns', 's=urn:sami:yang:sami', '--xpath', "/s:sami/s:vm[s:id='vm1']/s:address"],
      ...['--json', '--get-config'],
    );
    assert.match(out, /"sami:sami": \{\s+"vm": \[[^]*"address": \[\s+"10\.0\.0\.1"/);
    assert.match((await netconf(old, '--get-schema', 'sami')).out, /^module sami \{/);
    assert.match((await netconf(old, '--hello')).out, /^session \d+\nurn:ietf:params:netconf:base/);
  });

  it('makes, confirms and cancels confirmed commits', async () => {
    const file = join(folder, 'vm.xml');
    const config = ['--filter', VM_FILTER, '--get-config'];
    const pending = ['--edit-config', file, '--persist', 'p', '--commit-confirmed', '100'];
    assert.equal((await netconf(old, ...pending)).code, 0);
    const cancelled = await netconf(
      old,
      ...config,
      '--persist-id',
      'p',
      '--cancel-commit',
      ...config,
    );
    assert.deepEqual([...cancelled.out.matchAll(/vm1/g)].length, 1);
    assert.equal((await netconf(old, ...pending)).code, 0);
    assert.equal((await netconf(old, '--persist-id', 'p', '--commit')).code, 0);
    const again = await netconf(old, '--persist-id', 'p', '--commit');
    assert.equal(again.code, 1);
    assert.match(again.err, /^sami: persist-id .*\[invalid-value\]\n$/);
  });

  describe('plan', () => {
    let small: SshDevice;

    beforeEach(async () => {
      small = await SshDevice.start(keys, 'small', {
        kinds: ['nat', 'session'],
        limits: { session: 20 },
      });
      await addVm();
    });
    afterEach(() => small[Symbol.asyncDispose]());

    const plan = (to: SshDevice, ...args: readonly string[]): Promise<CommandResult> =>
      sami([
        ...['plan', '--vm', 'vm1', '--from', old.target, '--to', to.target],
        ...['--from-host-key', old.hostKey.fingerprint, '--to-host-key', to.hostKey.fingerprint],
        ...args,
      ]);

    it('says that it fits, for people and as JSON, and changes nothing', async () => {
      const before = await netconf(old, '--get-config');
      const { code, out, err } = await plan(target);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^fits: VM vm1 from operator@127.0.0.1:\d+ to /);
      assert.match(out, /^session +simulated +simulated +- +25 +- +- +0 +0$/m);
      const made = JSON.parse((await plan(target, '--json')).out) as MovePlan;
      assert.deepEqual([made.verdict, made.risks, made.problems], ['fits', [], []]);
      const session = made.kinds.find(({ kind }) => kind === 'session');
      assert.deepEqual(session?.room, {
        plane: 'simulated',
        limit: null,
        used: 0,
        reserved: 0,
        free: null,
      });
      assert.equal((await netconf(old, '--get-config')).out, before.out);
      assert.doesNotMatch((await netconf(target, '--get-config')).out, /vm1/);
      assert.equal((await sami(['report'])).out, '');
    });

    it('says that it would be refused, and why', async () => {
      const { code, out } = await plan(small, '--essential', 'sticky');
      assert.equal(code, 3);
      assert.match(out, /^would be refused: VM vm1 /);
      assert.match(
        out,
        /^! plan, new device: 25 entries of kind "session" do not fit: 20 of 20 are free$/m,
      );
      assert.match(out, /^! plan, new device: kind "sticky" is essential and not supported$/m);
      const made = JSON.parse((await plan(small, '--json')).out) as MovePlan;
      assert.equal(made.verdict, 'refused');
    });

    it('says what would be left behind, and so does the move', async () => {
      const { code, out } = await plan(small, '--optional', 'session');
      assert.equal(code, 5);
      assert.match(out, /^would be moved, at a risk: VM vm1 /);
      const stays = /^~ session: 25 entries stay behind; open connections may be interrupted$/m;
      assert.match(out, stays);
      const moved = await sami([
        ...['migrate', '--vm', 'vm1', '--from', old.target, '--to', small.target],
        ...['--from-host-key', old.hostKey.fingerprint, '--optional', 'session', '--port', 'p7'],
        ...['--to-host-key', small.hostKey.fingerprint],
      ]);
      assert.equal(moved.code, 0, moved.err);
      assert.match(moved.out, /^session \(left behind\) +25 +0 +25 +0$/m);
      assert.match(moved.out, stays);
      assert.match((await netconf(small, '--get-config')).out, /<port>p7<\/port>/);
    });

    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['--optional', 'session', '--essential', 'session'], /"session" cannot be both/],
      [['--optional', 'Session'], /expected KIND or KIND\/FEATURE/],
      [['--essential', 'session/'], /expected KIND or KIND\/FEATURE/],
    ];
    for (const [args, says] of wrong) {
      it(`refuses ${args.join(' ')}`, async () => {
        const { code, err } = await plan(target, ...args);
        assert.equal(code, 2);
        assert.match(err, says);
      });
    }

    it('fails when a device cannot be reached', async () => {
      const { code, err } = await sami([
        ...['plan', '--vm', 'vm1', '--from', old.target, '--to', 'operator@127.0.0.1:1'],
        ...['--host-key', old.hostKey.fingerprint],
      ]);
      assert.equal(code, 1);
      assert.match(err, /^sami: .*127\.0\.0\.1:1 cannot be reached[^\n]*\n$/);
    });
  });

  it('says where it has looked for moves when there are none', async () => {
    assert.deepEqual(await sami(['report']), {
      code: 0,
      out: '',
      err: `no moves in ${join(folder, 'sami')}\n`,
    });
    assert.deepEqual(await sami(['report', '--json']), { code: 0, out: '[]\n', err: '' });
  });

  it('moves a VM, reports, and moves no more', async () => {
    await addVm();
    const moved = await migrate();
    assert.equal(moved.code, 0, moved.err + moved.out);
    assert.match(moved.out, /^migrated: VM vm1 from /);
    assert.match(moved.out, /session +25 +25 +0 +0/);
    assert.equal((await netconf(old, '--filter', VM_FILTER, '--get')).out.includes('vm1'), false);
    assert.equal((await netconf(target, '--filter', VM_FILTER, '--get')).out.includes('vm1'), true);

    const report = JSON.parse((await sami(['report', 'm1', '--json'])).out) as MoveReport;
    assert.deepEqual(report.kinds, { session: { before: 25, after: 25, lost: 0, extra: 0 } });
    assert.equal(report.stages.length, 8);
    assert.match(
      (await sami(['report'])).out,
      /^m1 {2}vm1 {2}\S+ -> \S+ {2}migrated {2}blackout \d+ ms\n$/,
    );

    assert.match(
      (await sami(['rollback', 'm1'])).err,
      /^sami: move m1 is complete: .*move it back/,
    );
    assert.match((await sami(['resume', 'm1'])).out, /^migrated/);
    const twice = await migrate();
    assert.equal(twice.code, 1);
    assert.match(twice.err, /m1\.jsonl/);
  });

  it('undoes a move that fails, and says so by its exit code', async () => {
    await addVm();
    const undone = await migrate('--fail', 'verify', '--json');
    assert.equal(undone.code, 4, undone.err);
    const report = JSON.parse(undone.out) as MoveReport;
    assert.equal(report.outcome, 'rolled-back');
    assert.match(report.errors[0]?.message ?? '', /^failure injected before "get"/);
    assert.equal(
      (await netconf(target, '--filter', VM_FILTER, '--get')).out.includes('vm1'),
      false,
    );
  });

  it('takes up what a killed orchestrator has left behind', async () => {
    await addVm();
    const device = ({ target: name, hostKey }: SshDevice) => {
      const { username, host, port } = parseEndpoint(name, '');
      const access = { hostKey: hostKey.fingerprint };
      const policy = { kind: 'fingerprint', fingerprint: hostKey.fingerprint } as const;
      return {
        details: { username, host, port, access },
        connector: {
          name,
          connect: () =>
            connectNetconf({ username, host, port, password: PASSWORD, hostKey: policy }),
        },
      };
    };
    const [from, to] = [device(old), device(target)];
    const killed = (id: string, stage: Stage) =>
      move({
        id,
        vm: 'vm1',
        old: from.connector,
        new: to.connector,
        stateDir: join(folder, 'sami'),
        schemas: new Schemas(createFileModuleRepository([packageYangDirectory()])),
        clock: new SystemClock(),
        details: { from: from.details, to: to.details },
        onStep: (point) => {
          if (point.stage === stage && point.when === 'after') throw new OrchestratorCrash();
        },
      });
    await assert.rejects(killed('k1', 'pre-copy'), OrchestratorCrash);
    await assert.rejects(killed('k2', 'plan'), OrchestratorCrash);
    assert.match((await sami(['report'])).out, /^k1 .* unfinished in stage pre-copy$/m);
    assert.match((await sami(['report', 'k1'])).err, /run "sami resume k1"/);
    const undone = await sami(['resume']);
    assert.equal(undone.code, 4, undone.err);
    assert.match(undone.out, /^rolled-back: [^]*^refused: /m);
    await assert.rejects(killed('k3', 'decide'), OrchestratorCrash);
    assert.match((await sami(['rollback', 'k3'])).err, /can only go forward/);
    const completed = await sami(['resume', 'k3']);
    assert.equal(completed.code, 0, completed.err);
    assert.match(completed.out, /^migrated: /);
  });

  it('tells the hook', async () => {
    await addVm();
    const log = join(folder, 'log');
    const hook = `f() { echo "$1 $2 $SAMI_MOVE" >> ${log}; }; f`;
    assert.equal((await migrate('--hook', hook)).code, 0);
    assert.equal(await readFile(log, 'utf8'), 'stop vm1 m1\ncontinue vm1 m1\n');
  });

  it('takes passwords from files and adds new host keys when it is told to', async () => {
    await addVm();
    const hosts = join(folder, 'known_hosts');
    const args = ['netconf', old.target, '--known-hosts', hosts, '--hello'];
    const file = ['--password-file', join(folder, 'password')];
    const unknown = await sami([...args, ...file], {});
    assert.match(
      unknown.err,
      /^sami: host key of 127\.0\.0\.1:\d+ is SHA256:\S+; the host is not in/,
    );
    assert.equal((await sami([...args, ...file, '--accept-new-host-key'], {})).code, 0);
    assert.equal((await sami([...args, ...file], {})).code, 0);
  });

  const failures: {
    name: string;
    run: () => Promise<CommandResult>;
    code: number;
    says: RegExp;
  }[] = [
    {
      name: 'a wrong host key',
      run: () => migrate('--to-host-key', old.hostKey.fingerprint),
      code: 3,
      says: /! plan, new device: host key of 127\.0\.0\.1:\d+ is SHA256:\S+; SHA256:\S+ is expected/,
    },
    {
      name: 'a wrong password',
      run: () =>
        sami(
          [
            ...['migrate', '--vm', 'vm1', '--from', old.target, '--to', target.target],
            ...['--from-host-key', old.hostKey.fingerprint],
            ...['--to-host-key', target.hostKey.fingerprint],
          ],
          { SAMI_FROM_PASSWORD: PASSWORD, SAMI_TO_PASSWORD: 'wrong' },
        ),
      code: 3,
      says: /! plan, new device: .*does not accept user "operator"/,
    },
    {
      name: 'an unknown VM',
      run: () => migrate('--vm', 'vm2'),
      code: 3,
      says: /! plan, old device: VM "vm2" is not on this device/,
    },
    {
      name: 'no password at all',
      run: () => sami(['netconf', old.target, '--hello'], {}),
      code: 2,
      says: /^sami: no password or key for operator@/,
    },
    {
      name: 'an address that makes no sense',
      run: () => sami(['netconf', 'a:b:c', '--hello']),
      code: 2,
      says: /^sami: "a:b:c" is not USER@HOST:PORT\n$/,
    },
    { name: 'no operation', run: () => netconf(old), code: 2, says: /no operation was given/ },
    {
      name: 'a second filter after what it is for',
      run: () => netconf(old, ...['--filter', VM_FILTER, '--get', '--filter', VM_FILTER]),
      code: 2,
      says: /^sami: --filter has to come before the --get that it is for\n$/,
    },
    {
      name: 'a name of a commit without a commit',
      run: () => netconf(old, '--lock', '--persist', 'p'),
      code: 2,
      says: /^sami: --persist is for --commit, --commit-confirmed, and none of them is given\n$/,
    },
    {
      name: 'an unknown option',
      run: () => migrate('--wat'),
      code: 2,
      says: /unknown option '--wat'/,
    },
    {
      name: 'an unknown stage',
      run: () => migrate('--fail', 'lunch'),
      code: 2,
      says: /Allowed choices are plan/,
    },
    {
      name: 'an unknown move',
      run: () => sami(['resume', 'nope']),
      code: 1,
      says: /^sami: no move "nope" in /,
    },
    {
      name: 'malformed XML',
      run: () => netconf(old, '--filter', '<a>', '--get'),
      code: 1,
      says: /^sami: .+\n$/,
    },
    {
      name: 'a value that the model does not allow',
      run: async () => {
        const file = join(folder, 'bad.xml');
        await writeFile(file, VM_XML.replace('10.0.0.1', '10.0.0.256'));
        return netconf(old, '--edit-config', file);
      },
      code: 1,
      says: /^sami: .*10\.0\.0\.256.*\[invalid-value\] \(\/sami:sami\/.*address.*\)\n$/,
    },
  ];

  for (const { name, run, code, says } of failures) {
    it(`says what is wrong with ${name}`, async () => {
      await addVm();
      const result = await run();
      assert.match(result.err + result.out, says);
      assert.equal(result.code, code);
    });
  }

  it('prints help', async () => {
    const { code, out } = await sami(['--help']);
    assert.equal(code, 0);
    for (const command of [
      'migrate',
      'resume',
      'rollback',
      'report',
      'netconf',
      'demo',
      'Exit codes',
    ]) {
      assert.ok(out.includes(command), command);
    }
  });
});
