/** `sami netconf` as a process: what goes where, exit codes, and a real terminal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD, SAMI_PROGRAM, Samid, USER, runSami } from '../../support/processes.ts';

/** Types on a terminal when what is shown ends in a prompt; prints what the terminal shows. */
const TYPIST = `
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
keys = [b"hell", b"\\t", b"\\r", b"get /sam", b"\\t", b"\\x15", b"no-such", b"\\r", b"\\x04"]
shown, fresh, end = b"", b"", time.time() + 40
while time.time() < end:
    ready = select.select([terminal], [], [], 0.15)[0]
    if ready:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        fresh += piece
    elif keys and b"netconf> " in shown and fresh:
        fresh = b""
        os.write(terminal, keys.pop(0))
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

describe('sami netconf as a process', () => {
  let folder: string;
  let device: Samid;
  let access: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-netconf-'));
    device = await Samid.start({ name: 'device', folder });
    access = ['netconf', device.endpoint, '--host-key', device.fingerprint];
  });
  after(async () => {
    await device[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]) =>
    runSami([...access, ...args], { XDG_CACHE_HOME: folder });

  it('finds prefixes, prints data alone on standard output, and ends with 0', async () => {
    const made = await run(
      ...['--set', "/sami/vm[id='vm1']/address=10.0.0.1", '--commit'],
      ...['--get-config', '-x', '/sami/vm/address', '--style', 'paths'],
    );
    assert.equal(made.stderr, '');
    assert.equal(made.code, 0);
    assert.equal(made.stdout, "/sami:sami/vm[id='vm1']/address=10.0.0.1\n");
  });

  it('ends with 1 and the error on standard error', async () => {
    const refused = await run('--create', "/sami/vm[id='vm1']", '--get-config');
    assert.equal(refused.code, 1);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /^sami: .*\[data-exists\] \(\/sami:sami\/.*vm\[.*'vm1'\]\)\n$/);
  });

  it('asks on a terminal, completes, survives errors, and leaves with Ctrl-D', async () => {
    const command = [process.execPath, SAMI_PROGRAM, ...access];
    const typist = spawn('python3', ['-c', TYPIST, ...command], {
      env: {
        ...process.env,
        SAMI_PASSWORD: PASSWORD,
        XDG_CACHE_HOME: folder,
        XDG_STATE_HOME: folder,
      },
    });
    let shown = '';
    typist.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    let complaints = '';
    typist.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const code = await new Promise((resolve) => typist.once('close', resolve));
    assert.equal(code, 0, `${complaints}\n${shown}`);
    assert.match(shown, /netconf> .*hello /);
    assert.match(shown, /session \d+\r\nurn:ietf:params:netconf:base:1\.0/);
    assert.match(shown, /\/sami:sami/);
    assert.match(shown, /sami: unknown option '--no-such'/);
  });

  it('says whose password it was', async () => {
    const wrong = await runSami([...access, '--hello'], { SAMI_PASSWORD: 'wrong' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, new RegExp(`"${USER}"`));
  });
});
