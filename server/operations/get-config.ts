/** get-config (RFC 6241, section 7.1). */
import { within } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { GetConfigInput } from '../generated/ietf-netconf.ts';
import { requestedPage } from '../read/requested-page.ts';
import { plainFilter, requestedVersions } from '../txid/requested-versions.ts';
import { TXID_PREFIX } from '../txid/txid.ts';
import type { Operation } from './operation.ts';
import { compileFilter, targetDatastore } from './parameters.ts';

export const getConfig: Operation = (call) => {
  const { session, server } = call;
  const { context, datastores, stateReader } = server;
  const { source, filter, withDefaults, listPagination } = GetConfigInput.fromTree(call.input);
  const page = requestedPage(listPagination, { filter }, call);
  const datastore = targetDatastore(source, server);
  const branch = datastores.tree(datastore, session);
  const versions = requestedVersions(call, datastore, filter);
  const selected = compileFilter(plainFilter(filter, call), context, stateReader.limits);
  const selection = within(session.access.readable(), selected);
  return {
    kind: 'content',
    async *write(writer) {
      const prefixes = versions && TXID_PREFIX;
      writer.open(NETCONF_BASE_NS, 'data', versions?.attributes, prefixes);
      const options = { config: true, withDefaults, page, versions: versions?.inside };
      if (versions?.isKnown !== true) {
        yield* stateReader.write(writer, selection, { branch }, options);
      }
      writer.close();
    },
  };
};
