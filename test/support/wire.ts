/**
 * Ethernet frames in and out of the interfaces of a network namespace.
 *
 * A program of a few lines holds the packet sockets. Whether a frame did NOT arrive is known without waiting:
 * send one after it that does arrive, and look once it has.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Namespaces } from './namespaces.ts';

/** One process on one processor, so that frames keep their order. Says "DEVICE in|out HEX" for each frame. */
const PROGRAM = `
import os, select, socket, struct, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
sockets, groups = {}, []
for name in sys.argv[1:]:
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(263, 8, 1)
    s.setsockopt(1, 33, 1 << 23)
    s.bind((name, 3))
    sockets[name] = s
poll = select.poll()
poll.register(0, select.POLLIN)
names = {s.fileno(): n for n, s in sockets.items()}
for fd in names:
    poll.register(fd, select.POLLIN)
def take(name):
    data, extra, _, address = sockets[name].recvmsg(4096, 256)
    for level, kind, value in extra:
        status, _, _, _, _, tci, tpid = struct.unpack('IIIHHHH', value)
        if level == 263 and kind == 8 and status & 0x10:
            data = data[:12] + struct.pack('!HH', tpid if status & 0x40 else 0x8100, tci) + data[12:]
    print(name, 'out' if address[2] == 4 else 'in', data.hex(), flush=True)
def join(name, group, source):
    index = socket.if_nametoindex(name)
    v6 = ':' in group
    def sockaddr(text):
        if v6:
            return struct.pack('=H6x16s', 10, socket.inet_pton(10, text)).ljust(128, b'\\0')
        return struct.pack('=H2x4s', 2, socket.inet_aton(text)).ljust(128, b'\\0')
    s = socket.socket(10 if v6 else 2, socket.SOCK_DGRAM)
    request = struct.pack('=I4x', index) + sockaddr(group)
    level = 41 if v6 else 0
    if source:
        s.setsockopt(level, 46, request + sockaddr(source))
    else:
        s.setsockopt(level, 42, request)
    groups.append(s)
print('ready', flush=True)
pending = b''
while True:
    for fd, _ in poll.poll():
        if fd in names:
            take(names[fd])
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            sys.exit()
        *lines, pending = (pending + chunk).split(b'\\n')
        for line in lines:
            word, name, *rest = line.decode().split(' ')
            if word == 'send':
                sockets[name].send(bytes.fromhex(rest[0]))
            else:
                join(name, rest[0], rest[1] if len(rest) > 1 else None)
`;

export interface Heard {
  readonly device: string;
  readonly frame: Buffer;
}

export class Wire {
  readonly #child: ChildProcess;
  readonly #heard: Heard[] = [];
  readonly #sent: Heard[] = [];
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      const [device = '', way, hex] = line.split(' ');
      if (hex === undefined) return;
      const list = way === 'in' ? this.#heard : this.#sent;
      list.push({ device, frame: Buffer.from(hex, 'hex') });
      this.#wake();
    });
  }

  static async open(
    namespaces: Namespaces,
    short: string,
    devices: readonly string[],
  ): Promise<Wire> {
    const child = namespaces.start(short, ['python3', '-c', PROGRAM, ...devices]);
    const wire = new Wire(child);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    return wire;
  }

  send(device: string, frame: Buffer): void {
    this.#child.stdin?.write(`send ${device} ${frame.toString('hex')}\n`);
  }

  /** Joins a group as a program does; the kernel sends the report. */
  join(device: string, group: string, source?: string): void {
    this.#child.stdin?.write(`join ${[device, group, ...(source ? [source] : [])].join(' ')}\n`);
  }

  /** What has come in so far on a device with this text in it. */
  heard(device: string, text: string): readonly Buffer[] {
    return this.#heard
      .filter((it) => it.device === device && it.frame.includes(text))
      .map(({ frame }) => frame);
  }

  /** What this namespace has sent out of a device. */
  sent(device: string): readonly Buffer[] {
    return this.#sent.filter((it) => it.device === device).map(({ frame }) => frame);
  }

  /** Resolves when a frame with this text has come in on the device. */
  async arrives(device: string, text: string): Promise<void> {
    while (this.heard(device, text).length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
