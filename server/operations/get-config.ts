/** get-config (RFC 6241, section 7.1). */
import { within } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { GetConfigInput } from '../generated/ietf-netconf.ts';
import { requestedPage } from '../read/requested-page.ts';
import type { Operation } from './operation.ts';
import { compileFilter, targetDatastore } from './parameters.ts';

export const getConfig: Operation = (call) => {
  const { session, server } = call;
  const { context, datastores, stateReader } = server;
  const { source, filter, withDefaults, listPagination } = GetConfigInput.fromTree(call.input);
  const page = requestedPage(listPagination, { filter }, call);
  const branch = datastores.tree(targetDatastore(source, server), session);
  const selected = compileFilter(filter, context, stateReader.limits);
  const selection = within(session.access.readable(), selected);
  return {
    kind: 'content',
    async *write(writer) {
      writer.open(NETCONF_BASE_NS, 'data');
      const options = { config: true, withDefaults, page };
      yield* stateReader.write(writer, selection, { branch }, options);
      writer.close();
    },
  };
};
