/** Whoever asks, in tests that have no session. */
import { FULL_ACCESS } from '../../server/access/access.ts';
import type { Requester } from '../../server/session/requester.ts';

export function requester(id: number): Requester {
  return { id, username: 'test', sourceHost: undefined, access: FULL_ACCESS };
}
