/** get-config (RFC 6241, section 7.1). */
import { within } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { streamChildren } from '../read/stream-branch.ts';
import { GetConfigInput } from '../generated/ietf-netconf.ts';
import type { Operation } from './operation.ts';
import { compileFilter, targetDatastore } from './parameters.ts';

export const getConfig: Operation = ({ input, session, server }) => {
  const { source, filter } = GetConfigInput.fromTree(input);
  const tree = server.datastores.tree(targetDatastore(source, server), session);
  const selection = within(session.access.readable(), compileFilter(filter, server.context));
  const selected = selection ? selection.prune(tree) : tree;
  return {
    kind: 'content',
    *write(writer) {
      writer.open(NETCONF_BASE_NS, 'data');
      if (selected) yield* streamChildren(writer, selected, { configOnly: true });
      writer.close();
    },
  };
};
