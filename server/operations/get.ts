/** get (RFC 6241, section 7.7): running and state. */
import { within } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { GetInput } from '../generated/ietf-netconf.ts';
import { requestedPage } from '../read/requested-page.ts';
import type { Operation } from './operation.ts';
import { compileFilter } from './parameters.ts';

export const get: Operation = (call) => {
  const { input, session, server } = call;
  const { context, stateReader } = server;
  const { filter, withDefaults, listPagination } = GetInput.fromTree(input);
  const page = requestedPage(listPagination, { filter }, call);
  const selected = compileFilter(filter, context, stateReader.limits);
  const selection = within(session.access.readable(), selected);
  return {
    kind: 'content',
    async *write(writer) {
      writer.open(NETCONF_BASE_NS, 'data');
      yield* stateReader.write(writer, selection, stateReader.operational(), {
        withDefaults,
        page,
      });
      writer.close();
    },
  };
};
