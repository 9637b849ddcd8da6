/** get-config (RFC 6241, section 7.1). */
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { streamChildren } from '../read/stream-branch.ts';
import type { Operation } from './operation.ts';
import { datastoreParameter, filterParameter } from './parameters.ts';

export const getConfig: Operation = ({ input, server }) => {
  const tree = server.datastores.tree(datastoreParameter(input, 'source') ?? 'running');
  const selection = filterParameter(input, server.context);
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
