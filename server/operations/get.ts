/** get (RFC 6241, section 7.7): running and state. */
import { within } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { GetInput } from '../generated/ietf-netconf.ts';
import type { Operation } from './operation.ts';
import { compileFilter } from './parameters.ts';

export const get: Operation = ({ input, session, server }) => {
  const filter = compileFilter(GetInput.fromTree(input).filter, server.context);
  const selection = within(session.access.readable(), filter);
  return {
    kind: 'content',
    async *write(writer) {
      writer.open(NETCONF_BASE_NS, 'data');
      yield* server.stateReader.write(writer, selection);
      writer.close();
    },
  };
};
