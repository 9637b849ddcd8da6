/**
 * Sends requests to the kernel over rtnetlink (rtnetlink(7)), which Node.js cannot open itself: a child
 * process sends one message at a time, in hexadecimal digits, and says what the kernel answered.
 */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';

/** Options: NETLINK_CAP_ACK, which leaves the request out of answers, and NETLINK_EXT_ACK, which adds a text. */
const PERL = String.raw`
use strict;
$| = 1;
socket(my $n, 16, 3, 0) or die "netlink socket: $!\n";
setsockopt($n, 270, $_, pack('i', 1)) for 10, 11;
bind($n, pack('SSLL', 16, 0, 0, 0)) or die "netlink bind: $!\n";
while (my $line = <STDIN>) {
  chomp $line;
  defined send($n, pack('H*', $line), 0) or die "netlink send: $!\n";
  defined recv($n, my $answer, 1 << 16, 0) or die "netlink receive: $!\n";
  print unpack('H*', $answer), "\n";
  last if unpack('l', substr($answer, 16, 4)) != 0;
}
`;

const PYTHON = String.raw`
import socket, struct, sys
n = socket.socket(16, 3, 0)
for option in 10, 11:
    n.setsockopt(270, option, 1)
n.bind((0, 0))
for line in sys.stdin:
    n.send(bytes.fromhex(line.strip()))
    answer = n.recv(1 << 16)
    print(answer.hex(), flush=True)
    if struct.unpack_from('i', answer, 16)[0] != 0:
        break
`;

const PROGRAMS = [
  ['perl', '-e', PERL],
  ['python3', '-c', PYTHON],
] as const;

const ERROR_AT = 16;
/** Netlink header, error number, and the header of the request. */
const ATTRIBUTES_AT = 36;
const NLMSGERR_ATTR_MSG = 1;

/** What the kernel said: how many requests it carried out, and what it has against the next one. */
export interface Answered {
  readonly done: number;
  readonly error?: { readonly number: number; readonly text: string };
}

/** Sends messages in order until one is refused. Throws {@link ToolError} when there is no way to send. */
export async function sendMessages(
  launcher: Launcher,
  messages: readonly Buffer[],
): Promise<Answered> {
  if (messages.length === 0) return { done: 0 };
  const input = messages.map((message) => `${message.toString('hex')}\n`).join('');
  const lines = (await runFirst(launcher, input)).trim().split('\n');
  const answers = lines.map((line) => Buffer.from(line, 'hex'));
  const last = answers.at(-1);
  const number = last && last.length >= ERROR_AT + 4 ? -last.readInt32LE(ERROR_AT) : 0;
  if (!last || number === 0) return { done: answers.length };
  return { done: answers.length - 1, error: { number, text: errorText(last, number) } };
}

/** A machine without perl has python3. */
async function runFirst(launcher: Launcher, input: string): Promise<string> {
  for (const program of PROGRAMS) {
    try {
      return await launcher.run(program, input);
    } catch (error) {
      if (!(error instanceof ToolError) || !isMissing(error)) throw error;
    }
  }
  throw new ToolError('rtnetlink', 'needs perl or python3 on this machine');
}

/** `ip netns exec` says so itself, with its own exit code. */
function isMissing({ message, code }: ToolError): boolean {
  return code === undefined || message.includes('No such file');
}

function errorText(answer: Buffer, number: number): string {
  for (let at = ATTRIBUTES_AT; at + 4 <= answer.length;) {
    const length = answer.readUInt16LE(at);
    if (length < 4) break;
    if ((answer.readUInt16LE(at + 2) & 0x3fff) === NLMSGERR_ATTR_MSG) {
      return answer.toString('latin1', at + 4, at + length - 1);
    }
    at += (length + 3) & ~3;
  }
  return `error ${number}`;
}
