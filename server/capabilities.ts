/** What the server says in its hello (RFC 6241, section 8): it follows from the schema and its features. */
import { BASE_1_0, BASE_1_1, CAPABILITY, printCapability } from '../src/netconf/index.ts';
import type { SchemaContext } from '../src/yang/index.ts';
import { hasFeature } from './features.ts';
import { hasTransactionIds } from './txid/has-transaction-ids.ts';
import { contentId, moduleSetId } from './monitoring/yang-library.ts';

/** Features of ietf-netconf and what they are announced as. */
const NETCONF_CAPABILITIES: readonly (readonly [feature: string, capability: string])[] = [
  ['writable-running', CAPABILITY.writableRunning],
  ['candidate', CAPABILITY.candidate],
  ['confirmed-commit', CAPABILITY.confirmedCommit],
  ['rollback-on-error', CAPABILITY.rollbackOnError],
  ['validate', CAPABILITY.validate],
  ['startup', CAPABILITY.startup],
  ['xpath', CAPABILITY.xpath],
];

/** `urlSchemes`: those of URLs that configurations may be at (RFC 6241, section 8.8.3). */
export function capabilitiesOf(
  context: SchemaContext,
  urlSchemes: readonly string[] = [],
): readonly string[] {
  const library = context.modules.get('ietf-yang-library');
  return [
    BASE_1_0,
    BASE_1_1,
    ...NETCONF_CAPABILITIES.flatMap(([feature, capability]) =>
      hasFeature(context, 'ietf-netconf', feature) ? [capability] : [],
    ),
    ...(urlSchemes.length > 0 && hasFeature(context, 'ietf-netconf', 'url')
      ? [`${CAPABILITY.url}?scheme=${urlSchemes.join(',')}`]
      : []),
    ...(hasFeature(context, 'ietf-netconf-private-candidate', 'private-candidate')
      ? [
          `${CAPABILITY.privateCandidate}?supported-resolution-modes=` +
            'revert-on-conflict,prefer-candidate,prefer-running',
        ]
      : []),
    ...(context.modules.get('ietf-netconf-partial-lock')?.implemented === true
      ? [CAPABILITY.partialLock]
      : []),
    ...(hasTransactionIds(context) ? [CAPABILITY.transactionId, CAPABILITY.transactionIdEtag] : []),
    ...defaultsCapabilities(context),
    ...(context.modules.get('notifications')?.implemented === true
      ? [CAPABILITY.notification, CAPABILITY.interleave]
      : []),
    ...(library
      ? [
          printCapability(CAPABILITY.yangLibrary, [
            ['revision', library.revision ?? ''],
            ['content-id', contentId(context)],
          ]),
          // RFC 8526, section 2, lets a server leave this one out; but many clients know no other.
          printCapability(CAPABILITY.modulesState, [
            ['revision', library.revision ?? ''],
            ['module-set-id', moduleSetId(context)],
          ]),
        ]
      : []),
    ...moduleCapabilities(context),
  ];
}

/** RFC 6243, section 4.3; RFC 8526, section 3.1.1.2. */
function defaultsCapabilities({ modules }: SchemaContext): readonly string[] {
  if (modules.get('ietf-netconf-with-defaults')?.implemented !== true) return [];
  const withDefaults = printCapability(CAPABILITY.withDefaults, [
    ['basic-mode', 'explicit'],
    ['also-supported', 'report-all,report-all-tagged,trim'],
  ]);
  const hasOperational = modules.get('ietf-netconf-nmda')?.implemented === true;
  return hasOperational ? [withDefaults, CAPABILITY.withOperationalDefaults] : [withDefaults];
}

/** RFC 7950, section 5.6.4: modules of YANG version 1 are announced one by one (RFC 6020, section 5.6.4). */
function moduleCapabilities(context: SchemaContext): readonly string[] {
  return [...context.modules.values()].flatMap((module) => {
    const source = context.sourceOf(module.name, module.revision) ?? '';
    if (!module.implemented || /^\s*yang-version\s+["']?1\.1/m.test(source)) return [];
    const parameters: [string, string][] = [['module', module.name]];
    if (module.revision) parameters.push(['revision', module.revision]);
    if (module.features.size > 0) parameters.push(['features', [...module.features].join(',')]);
    if (module.deviatedBy.length > 0) parameters.push(['deviations', module.deviatedBy.join(',')]);
    return [printCapability(module.namespace, parameters)];
  });
}
