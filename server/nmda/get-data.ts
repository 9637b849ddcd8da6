/** get-data (RFC 8526, section 3.1.1). */
import { within } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { NETCONF_NMDA_NS, ORIGIN_NS } from '../../src/netconf/index.ts';
import { GetDataInput } from '../generated/ietf-netconf-nmda.ts';
import type { Operation } from '../operations/operation.ts';
import { requestedPage } from '../read/requested-page.ts';
import type { Origin } from '../read/source.ts';
import type { WalkOptions } from '../read/walk.ts';
import { plainFilter, requestedVersions } from '../txid/requested-versions.ts';
import { TXID_PREFIX } from '../txid/txid.ts';
import type { VersionedNode } from '../txid/versioned-place.ts';
import { readableDatastore } from './datastore-source.ts';
import { compileFilterSpec } from './filter-spec.ts';

/** The prefix that values of the annotation use. */
const ORIGIN_PREFIX: ReadonlyMap<string, string> = new Map([['or', ORIGIN_NS]]);

export const getData: Operation = (call) => {
  const { session, server } = call;
  const input = GetDataInput.fromTree(call.input);
  const { source, name, isOperational } = readableDatastore(input.datastore, server, session);
  const page = requestedPage(input.listPagination, input, call);
  const asked = isOperational ? operationalOptions(input) : conventionalOptions(input);
  const { subtreeFilter } = input;
  const { filterAttributes } = call.request;
  // Transaction ids are those of configuration, and what is in operational is more than that.
  const versions = name && requestedVersions(call, name, subtreeFilter, filterAttributes);
  const options = { ...asked, page, versions: versions?.inside };
  const filter = { ...input, subtreeFilter: plainFilter(subtreeFilter, call) };
  const selection = within(session.access.readable(), compileFilterSpec(filter, call));
  return {
    kind: 'content',
    async *write(writer) {
      const bindings = prefixes(options, versions);
      writer.open(NETCONF_NMDA_NS, 'data', versions?.attributes, bindings);
      if (versions?.isKnown !== true) {
        yield* server.stateReader.write(writer, selection, source, options);
      }
      writer.close();
    },
  };
};

function prefixes(
  { withOrigin }: WalkOptions,
  versions: VersionedNode | undefined,
): ReadonlyMap<string, string> | undefined {
  if (versions) return TXID_PREFIX;
  return withOrigin === true ? ORIGIN_PREFIX : undefined;
}

function commonOptions({ configFilter, maxDepth, withDefaults }: GetDataInput): WalkOptions {
  return {
    config: configFilter,
    maxDepth: typeof maxDepth === 'number' ? maxDepth : undefined,
    withDefaults,
  };
}

function conventionalOptions(input: GetDataInput): WalkOptions {
  const { withOrigin, originFilter, negatedOriginFilter } = input;
  if (withOrigin) throw onlyOperational('with-origin');
  if (originFilter) throw onlyOperational('origin-filter');
  if (negatedOriginFilter) throw onlyOperational('negated-origin-filter');
  return commonOptions(input);
}

/** Values in use are always reported, unless they are to be trimmed (RFC 8526, section 3.1.1.2). */
function operationalOptions(input: GetDataInput): WalkOptions {
  const { withDefaults, withOrigin } = input;
  const isAsked = withDefaults === 'trim' || withDefaults === 'report-all-tagged';
  return {
    ...commonOptions(input),
    withDefaults: isAsked ? withDefaults : 'report-all',
    tagsEqualValues: true,
    withOrigin: withOrigin === true,
    acceptsOrigin: originTest(input),
  };
}

/** No identity of this server's data is derived from another one than `origin`. */
function originTest({
  originFilter,
  negatedOriginFilter,
}: GetDataInput): ((origin: Origin) => boolean) | undefined {
  const isIn = (values: readonly string[], origin: Origin): boolean =>
    values.includes(`ietf-origin:${origin}`);
  if (originFilter) return (origin) => isIn(originFilter, origin);
  return negatedOriginFilter && ((origin) => !isIn(negatedOriginFilter, origin));
}

function onlyOperational(parameter: string): RpcErrorException {
  const message = `"${parameter}" is valid for the datastore operational only`;
  return new RpcErrorException(invalidValue(message));
}
