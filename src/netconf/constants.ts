/** Names fixed by the RFCs. */

/** RFC 6241, section 3.1: messages, operations, errors and the attribute `operation`. */
export const NETCONF_BASE_NS = 'urn:ietf:params:xml:ns:netconf:base:1.0';
/** RFC 5277, section 4: the element `notification`. */
export const NOTIFICATION_NS = 'urn:ietf:params:xml:ns:netconf:notification:1.0';
/** RFC 5277, section 3.4: replayComplete and notificationComplete. */
export const NETMOD_NOTIFICATION_NS = 'urn:ietf:params:xml:ns:netmod:notification';
/** RFC 7950, sections 5.1 and 15: attributes `insert`, `key`, `value`; elements of error-info; `action`. */
export const YANG_NS = 'urn:ietf:params:xml:ns:yang:1';
/** RFC 6022. */
export const NETCONF_MONITORING_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';
/** RFC 6243. */
export const WITH_DEFAULTS_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults';
/** RFC 8526. */
export const NETCONF_NMDA_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda';
/** RFC 8342. */
export const DATASTORES_NS = 'urn:ietf:params:xml:ns:yang:ietf-datastores';
/** RFC 8639. */
export const SUBSCRIBED_NOTIFICATIONS_NS =
  'urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications';
/** RFC 8641. */
export const YANG_PUSH_NS = 'urn:ietf:params:xml:ns:yang:ietf-yang-push';

/** RFC 5717. */
export const PARTIAL_LOCK_NS = 'urn:ietf:params:xml:ns:netconf:partial-lock:1.0';
/** draft-ietf-netconf-privcand. */
export const PRIVATE_CANDIDATE_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-private-candidate';
/** RFC 9144. */
export const NMDA_COMPARE_NS = 'urn:ietf:params:xml:ns:yang:ietf-nmda-compare';
/** RFC 8342, section 7. */
export const ORIGIN_NS = 'urn:ietf:params:xml:ns:yang:ietf-origin';
/** draft-ietf-netconf-list-pagination-nc. */
export const LIST_PAGINATION_NS = 'urn:ietf:params:xml:ns:yang:ietf-list-pagination-nc';
/** draft-ietf-netconf-transaction-id. */
export const TRANSACTION_ID_NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-txid';
/** draft-ietf-netconf-transaction-id, section 4: the attributes `etag` and `last-modified`. */
export const TXID_NS = 'urn:ietf:params:xml:ns:netconf:txid:1.0';

export const BASE_1_0 = 'urn:ietf:params:netconf:base:1.0';
export const BASE_1_1 = 'urn:ietf:params:netconf:base:1.1';

/** RFC 6241, sections 8.2 to 8.9, and capabilities of other RFCs; without parameters. */
export const CAPABILITY = {
  writableRunning: 'urn:ietf:params:netconf:capability:writable-running:1.0',
  candidate: 'urn:ietf:params:netconf:capability:candidate:1.0',
  confirmedCommit: 'urn:ietf:params:netconf:capability:confirmed-commit:1.1',
  rollbackOnError: 'urn:ietf:params:netconf:capability:rollback-on-error:1.0',
  validate: 'urn:ietf:params:netconf:capability:validate:1.1',
  startup: 'urn:ietf:params:netconf:capability:startup:1.0',
  url: 'urn:ietf:params:netconf:capability:url:1.0',
  xpath: 'urn:ietf:params:netconf:capability:xpath:1.0',
  /** draft-ietf-netconf-privcand. */
  privateCandidate: 'urn:ietf:params:netconf:capability:private-candidate:1.0',
  /** draft-ietf-netconf-transaction-id, section 8. */
  transactionId: 'urn:ietf:params:netconf:capability:txid:1.0',
  /** The same draft, section 4.1. */
  transactionIdEtag: 'urn:ietf:params:netconf:capability:txid:etag:1.0',
  /** RFC 5717. */
  partialLock: 'urn:ietf:params:netconf:capability:partial-lock:1.0',
  /** RFC 6243. */
  withDefaults: 'urn:ietf:params:netconf:capability:with-defaults:1.0',
  /** RFC 5277. */
  notification: 'urn:ietf:params:netconf:capability:notification:1.0',
  interleave: 'urn:ietf:params:netconf:capability:interleave:1.0',
  /** RFC 8526. */
  withOperationalDefaults: 'urn:ietf:params:netconf:capability:with-operational-defaults:1.0',
  yangLibrary: 'urn:ietf:params:netconf:capability:yang-library:1.1',
  /** RFC 7950, section 5.6.4. */
  modulesState: 'urn:ietf:params:netconf:capability:yang-library:1.0',
} as const;

/** IANA: NETCONF over SSH (RFC 6242, section 9). */
export const NETCONF_SSH_PORT = 830;
/** IANA: NETCONF over TLS (RFC 7589, section 10). */
export const NETCONF_TLS_PORT = 6513;
/** IANA: where clients wait for servers that call home (RFC 8071, section 6). */
export const NETCONF_CALL_HOME_SSH_PORT = 4334;
export const NETCONF_CALL_HOME_TLS_PORT = 4335;
/** The SSH subsystem (RFC 6242, section 3). */
export const NETCONF_SUBSYSTEM = 'netconf';

/** The largest session-id; 0 stands for what is not a session (RFC 6241, appendix C). */
export const LARGEST_SESSION_ID = 0xffffffff;
