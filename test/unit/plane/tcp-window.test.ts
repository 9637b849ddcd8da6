/** TCP windows of sessions on the simulated plane (K1): what is within them, before and after a load. */
import assert from 'node:assert/strict';
import type { Packet, PolicyOptions } from '../../../server/plane/simulated/index.ts';
import { tcp } from '../../support/packets.ts';
import type { Flow, Way } from '../../support/packets.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';

const VM = { id: 'vm1', address: ['10.0.0.5'] };
const FLOW: Flow = {
  client: '198.51.100.7',
  server: '10.0.0.5',
  clientPort: 40_000,
  serverPort: 80,
};

interface Segment {
  readonly flags?: readonly NonNullable<Packet['tcpFlags']>[number][];
  readonly sequence: number;
  readonly ack?: number;
  readonly payload?: number;
  readonly window?: number;
  readonly windowScale?: number;
}

function segment(way: Way, { flags = ['ack'], sequence, ack, ...rest }: Segment): Packet {
  const acknowledgement = ack === undefined ? {} : { acknowledgement: ack };
  return {
    ...tcp(FLOW, way, ...flags),
    tcp: { sequence, window: 100, ...rest, ...acknowledgement },
  };
}

/** The client begins at 0 and the server at 1000; each allows 100 bytes, times the scale. */
async function open(policy: PolicyOptions = {}, scale?: number): Promise<SimulatedDevice> {
  const device = await SimulatedDevice.start({ policy: { defaultAction: 'accept', ...policy } }, [
    VM,
  ]);
  const option = scale === undefined ? {} : { windowScale: scale };
  device.send(segment('there', { flags: ['syn'], sequence: 0, ...option }));
  device.send(segment('back', { flags: ['syn', 'ack'], sequence: 1000, ack: 1, ...option }));
  device.send(segment('there', { sequence: 1, ack: 1001 }));
  return device;
}

describe('TCP windows of a session', () => {
  const rows: readonly { name: string; packet: Packet; within: boolean }[] = [
    {
      name: 'the next data',
      packet: segment('there', { sequence: 1, ack: 1001, payload: 50 }),
      within: true,
    },
    {
      name: 'the last byte allowed',
      packet: segment('there', { sequence: 101, ack: 1001 }),
      within: true,
    },
    { name: 'one beyond', packet: segment('there', { sequence: 102, ack: 1001 }), within: false },
    {
      name: 'what is long past',
      packet: segment('back', { sequence: 800, ack: 1 }),
      within: false,
    },
    {
      name: 'an acknowledgement of what was not sent',
      packet: segment('back', { sequence: 1001, ack: 2 }),
      within: false,
    },
    {
      name: 'a very old acknowledgement',
      packet: segment('back', { sequence: 1001, ack: 1 - 70_000 }),
      within: false,
    },
    {
      name: 'a reset in the window',
      packet: segment('back', { flags: ['rst'], sequence: 1001 }),
      within: true,
    },
    { name: 'a segment without numbers', packet: tcp(FLOW, 'there', 'ack'), within: true },
  ];
  for (const { name, packet, within } of rows) {
    it(`${within ? 'take in' : 'leave out'} ${name}`, async () => {
      const device = await open();
      assert.equal(device.send(packet), within ? 'pass' : 'drop out-of-window');
      const off = await open({ windowTracking: 'off' });
      assert.equal(off.send(packet), 'pass', 'control: windows are not tracked');
    });
  }

  it('are scaled as both sides said in their SYN', async () => {
    const far = segment('there', { sequence: 500, ack: 1001 });
    const plain = await open();
    assert.equal(plain.send(far), 'drop out-of-window');
    const scaled = await open({}, 3);
    scaled.send(segment('back', { sequence: 1001, ack: 1 }));
    assert.equal(scaled.send(far), 'pass');
    const row = await scaled.row('vm1', 'session/session');
    assert.deepEqual([row['original-window-scale'], row['reply-window-scale']], [3, 3]);
  });

  it('go around the end of the sequence space', async () => {
    const device = await SimulatedDevice.start({ policy: { defaultAction: 'accept' } }, [VM]);
    const last = 4_294_967_295;
    device.send(segment('there', { flags: ['syn'], sequence: last }));
    device.send(segment('back', { flags: ['syn', 'ack'], sequence: 1000, ack: 0 }));
    device.send(segment('there', { sequence: 0, ack: 1001 }));
    assert.equal(device.send(segment('there', { sequence: 90, ack: 1001 })), 'pass');
    assert.equal(device.send(segment('there', { sequence: 101, ack: 1001 })), 'drop out-of-window');
  });

  for (const { mode, verdicts } of [
    { mode: 'relearn', verdicts: ['pass', 'pass', 'drop out-of-window'] },
    {
      mode: 'strict',
      verdicts: ['drop out-of-window', 'drop out-of-window', 'drop out-of-window'],
    },
  ] as const) {
    it(`of a loaded session are ${mode === 'strict' ? 'believed' : 'learned anew'} with "${mode}"`, async () => {
      const first = await open();
      const session = await first.rows('vm1', 'session/session');
      const device = await SimulatedDevice.start({ policy: { windowTracking: mode } });
      await device.commit({ ...VM, mode: 'standby', sessions: { session } });
      await device.commit({ ...VM, sessions: { session } });
      // Since it was copied the client has sent 10 000 bytes more.
      const packets = [
        segment('there', { sequence: 10_001, ack: 1001, payload: 10 }),
        segment('back', { sequence: 1001, ack: 10_011 }),
        segment('there', { sequence: 99_999, ack: 1001 }),
      ];
      assert.deepEqual(
        packets.map((packet) => device.send(packet)),
        verdicts,
      );
    });
  }
});
