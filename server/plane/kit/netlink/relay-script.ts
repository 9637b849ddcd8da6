/**
 * The programs that lend us a netlink socket, which Node cannot open itself.
 *
 * Both do the same: messages to the kernel come in on standard input, each batch after its length;
 * whatever the kernel sends goes to standard output as it is, since netlink messages carry their own
 * length. A NOOP says that the socket is open; an OVERRUN that the kernel has dropped messages because
 * nobody took them in time. The end of standard input ends the program, so none survives its parent.
 *
 * Arguments: netlink family, mask of multicast groups, size of the receive buffer. Of the options,
 * NETLINK_CAP_ACK leaves requests out of their answers, and NETLINK_EXT_ACK adds a text to refusals.
 */

/** Perl is in every Debian; nothing beyond its core is used. */
const PERL = String.raw`
use strict;
my ($family, $groups, $size) = @ARGV;
socket(my $n, 16, 3, $family) or die "netlink socket: $!\n";
setsockopt($n, 1, 33, pack('i', $size)) or setsockopt($n, 1, 8, pack('i', $size));
setsockopt($n, 1, 32, pack('i', 1 << 20)) or setsockopt($n, 1, 7, pack('i', 1 << 20));
setsockopt($n, 270, $_, pack('i', 1)) for 10, 11;
bind($n, pack('SSLL', 16, 0, 0, $groups)) or die "netlink bind: $!\n";
sub out {
  my ($at, $end) = (0, length $_[0]);
  while ($at < $end) {
    my $done = syswrite(STDOUT, $_[0], $end - $at, $at);
    exit 0 unless defined $done;
    $at += $done;
  }
}
out(pack('LSSLL', 16, 1, 0, 0, 0));
my $in = '';
while (1) {
  my $ready = '';
  vec($ready, 0, 1) = 1;
  vec($ready, fileno($n), 1) = 1;
  next if select($ready, undef, undef, undef) < 0;
  if (vec($ready, fileno($n), 1)) {
    my $all = '';
    for (1 .. 16) {
      my $part;
      if (defined recv($n, $part, 1 << 17, 0x40)) {
        last if $part eq '';
        $all .= $part;
      } else {
        $all .= pack('LSSLL', 16, 4, 0, 0, 0) if $! == 105;
        last;
      }
    }
    out($all) if $all ne '';
  }
  if (vec($ready, 0, 1)) {
    exit 0 unless sysread(STDIN, $in, 1 << 18, length $in);
    while (length $in >= 4) {
      my $length = unpack('L', $in);
      last if length $in < 4 + $length;
      defined send($n, substr($in, 4, $length), 0) or die "netlink send: $!\n";
      substr($in, 0, 4 + $length) = '';
    }
  }
}
`;

const PYTHON = String.raw`
import os, select, socket, struct, sys
family, groups, size = map(int, sys.argv[1:4])
n = socket.socket(16, 3, family)
def option(level, names, value):
    for name in names:
        try:
            n.setsockopt(level, name, value)
            return
        except OSError:
            pass
option(1, (33, 8), size)
option(1, (32, 7), 1 << 20)
option(270, (10,), 1)
option(270, (11,), 1)
n.bind((0, groups))
def out(data):
    view = memoryview(data)
    while view:
        view = view[os.write(1, view):]
try:
    out(struct.pack('=LHHLL', 16, 1, 0, 0, 0))
    pending = b''
    while True:
        ready = select.select([0, n], [], [])[0]
        if n in ready:
            parts = []
            for _ in range(16):
                try:
                    part = n.recv(1 << 17, 0x40)
                except OSError as error:
                    if error.errno == 105:
                        parts.append(struct.pack('=LHHLL', 16, 4, 0, 0, 0))
                    break
                if not part:
                    break
                parts.append(part)
            out(b''.join(parts))
        if 0 in ready:
            data = os.read(0, 1 << 18)
            if not data:
                break
            pending += data
            while len(pending) >= 4:
                length = struct.unpack('=L', pending[:4])[0]
                if len(pending) < 4 + length:
                    break
                n.send(pending[4:4 + length])
                pending = pending[4 + length:]
except (BrokenPipeError, KeyboardInterrupt):
    pass
`;

export interface RelayProgram {
  readonly name: string;
  readonly command: readonly string[];
}

/** In the order in which they are tried. */
export const RELAY_PROGRAMS: readonly RelayProgram[] = [
  { name: 'perl', command: ['perl', '-e', PERL, '--'] },
  { name: 'python3', command: ['python3', '-c', PYTHON] },
];
