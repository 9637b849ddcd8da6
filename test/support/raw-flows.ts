/**
 * Flows that need raw sockets, which Node.js has not: ICMP echo, and SCTP by hand, since a kernel may have
 * connection tracking for SCTP and no sockets. Both ends are one python3 program.
 *
 * `vm ADDRESS…` answers SCTP. `client SOURCE DESTINATION …` opens a flow for each pair and kind, then on each
 * line of input sends over all, again and again until all have answered or the time is over, and prints the
 * names of those that did.
 */
export const RAW_PROGRAM = String.raw`
import json, os, select, socket, struct, sys, time

PORT, INIT, INIT_ACK, COOKIE_ECHO, COOKIE_ACK, DATA, SACK = 2905, 1, 2, 10, 11, 0, 3
TABLE = []
for n in range(256):
    for _ in range(8):
        n = (n >> 1) ^ (0x82f63b78 if n & 1 else 0)
    TABLE.append(n)

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xff]
    return crc ^ 0xffffffff

def packet(source, destination, tag, kind, value=b''):
    chunk = struct.pack('!BBH', kind, 3 if kind == DATA else 0, 4 + len(value)) + value
    chunk += b'\0' * (-len(chunk) % 4)
    head = struct.pack('!HHI', source, destination, tag)
    return head + struct.pack('<I', crc32c(head + b'\0\0\0\0' + chunk)) + chunk

def opened(address, protocol):
    v6 = ':' in address
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, protocol)
    s.bind((address, 0))
    return s

def received(s):
    data, sender = s.recvfrom(65536)
    if s.family == socket.AF_INET:
        data = data[(data[0] & 15) * 4:]
    return data, sender[0]

def setup(tag):
    return struct.pack('!IIHHI', tag, 1 << 16, 1, 1, 1)

class Sctp:
    """The client's end of an association."""
    def __init__(self, name, source, destination, port):
        self.name, self.to, self.port = name, destination, port
        self.socket, self.mine, self.theirs, self.up = opened(source, 132), 0x11223344, 0, False
    def send(self):
        if self.up:
            self.out(DATA, struct.pack('!IHHI', 1, 0, 0, 0) + b'hello')
        else:
            self.socket.sendto(packet(self.port, PORT, 0, INIT, setup(self.mine)), (self.to, 0))
    def out(self, kind, value=b''):
        self.socket.sendto(packet(self.port, PORT, self.theirs, kind, value), (self.to, 0))
    def take(self):
        data, _ = received(self.socket)
        if len(data) < 16 or struct.unpack('!HHI', data[:8]) != (PORT, self.port, self.mine):
            return False
        kind = data[12]
        if kind == INIT_ACK:
            self.theirs = struct.unpack('!I', data[16:20])[0]
            self.out(COOKIE_ECHO, b'cook')
        elif kind == COOKIE_ACK:
            self.up = True
            self.send()
        return kind == SACK

class Echo:
    def __init__(self, name, source, destination, number):
        self.name, self.to, self.number, self.v6 = name, destination, number, ':' in destination
        self.socket = opened(source, 58 if self.v6 else 1)
    def send(self):
        message = struct.pack('!BBHHH', 128 if self.v6 else 8, 0, 0, self.number, 1)
        if not self.v6:
            total = sum(struct.unpack('!4H', message))
            message = message[:2] + struct.pack('!H', ~((total & 0xffff) + (total >> 16)) & 0xffff) + message[4:]
        self.socket.sendto(message, (self.to, 0))
    def take(self):
        data, sender = received(self.socket)
        reply = data[0] == (129 if self.v6 else 0)
        return reply and sender == self.to and struct.unpack('!H', data[4:6])[0] == self.number

def vm(addresses):
    sockets = [opened(address, 132) for address in addresses]
    tags = {}
    print('listening', flush=True)
    while True:
        for s in select.select(sockets, [], [])[0]:
            data, sender = received(s)
            if len(data) < 16:
                continue
            port, to, tag = struct.unpack('!HHI', data[:8])
            if to != PORT:
                continue
            answer = lambda kind, value=b'': s.sendto(packet(PORT, port, tags[sender, port], kind, value), (sender, 0))
            kind = data[12]
            if kind == INIT:
                tags[sender, port] = struct.unpack('!I', data[16:20])[0]
                answer(INIT_ACK, setup(0x55667788) + struct.pack('!HH', 7, 8) + b'cook')
            elif (sender, port) not in tags or tag != 0x55667788:
                continue
            elif kind == COOKIE_ECHO:
                answer(COOKIE_ACK)
            elif kind == DATA:
                answer(SACK, struct.pack('!IIHH', 1, 1 << 16, 0, 0))

def client(pairs):
    flows = []
    for source, destination in zip(pairs[::2], pairs[1::2]):
        six = '6' if ':' in source else ''
        flows += [Echo('icmp' + six, source, destination, 77), Sctp('sctp' + six, source, destination, 40005)]
    print('ready', flush=True)
    for line in iter(sys.stdin.readline, ''):
        end, alive = time.monotonic() + int(line) / 1000, set()
        while len(alive) < len(flows) and time.monotonic() < end:
            for flow in flows:
                if flow.name not in alive:
                    try:
                        flow.send()
                    except OSError:
                        pass
            again = time.monotonic() + 0.1
            while len(alive) < len(flows) and time.monotonic() < again:
                ready = select.select([flow.socket for flow in flows], [], [], 0.02)[0]
                alive |= {flow.name for flow in flows if flow.socket in ready and flow.take()}
        print(json.dumps(sorted(alive)), flush=True)

(vm if sys.argv[1] == 'vm' else client)(sys.argv[2:])
`;

export const RAW_FLOWS = ['icmp', 'icmp6', 'sctp', 'sctp6'] as const;
