/** `samid --plane haproxy,…`. */
import { kindsOf, optionValue } from '../factory.ts';
import type { PlaneFactory } from '../factory.ts';
import { PlaneUsageError } from '../plane-argument.ts';
import { TablePlane } from '../kit/table-plane.ts';
import { HAPROXY_KINDS, HaproxyDriver } from './haproxy-driver.ts';

/** Where Debian's configuration has it. */
const SOCKET = '/run/haproxy/admin.sock';

export const haproxyFactory: PlaneFactory = {
  name: 'haproxy',
  kinds: HAPROXY_KINDS,
  options: [
    { name: 'socket', description: `UNIX socket of HAProxy's Runtime API (default ${SOCKET})` },
    {
      name: 'table',
      description: 'GROUP:TABLE, a sticky group and the stick table that it is',
      repeatable: true,
    },
    {
      name: 'farm',
      description: 'FARM:BACKEND, a server farm and the backend that it is',
      repeatable: true,
    },
    { name: 'kind', description: 'serve this kind and not the other', repeatable: true },
    { name: 'peers', description: 'UNIX socket on which HAProxy listens for peers' },
    { name: 'peer-name', description: "name of the plane in HAProxy's peers (default samid)" },
  ],
  open(values, { context, clock, logger }) {
    const peers = optionValue(values, 'peers');
    const driver = new HaproxyDriver({
      socket: optionValue(values, 'socket') ?? SOCKET,
      clock,
      logger,
      kinds: kindsOf(values, HAPROXY_KINDS),
      mapping: {
        tables: pairsOf(values.get('table') ?? [], 'table'),
        backends: pairsOf(values.get('farm') ?? [], 'farm'),
      },
      ...(peers !== undefined && {
        peers: { socket: peers, name: optionValue(values, 'peer-name') ?? 'samid' },
      }),
    });
    return Promise.resolve({ plane: new TablePlane(driver, { context, clock, logger }) });
  },
};

function pairsOf(texts: readonly string[], option: string): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [, ours = '', theirs = ''] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
      if (theirs === '')
        throw new PlaneUsageError(`${option}: expected OURS:THEIRS, not "${text}"`);
      return [ours, theirs];
    }),
  );
}
