/** What of sessions gets into the log: beginning and end, what was denied, who changed what. Never contents. */
import { pathText } from '../../src/error/index.ts';
import type { DatastoreListener } from '../datastore/events.ts';
import type { ChangedBy } from '../datastore/events.ts';
import type { Logger } from '../logger.ts';
import type { Requester } from './requester.ts';
import type { SessionListener } from './session-events.ts';

export function sessionLog(logger: Logger): SessionListener {
  return {
    started(session) {
      logger.log('info', 'session-started', who(session));
    },
    ended(session, { reason, killedBy, detail }) {
      const level = reason === 'closed' || reason === 'killed' ? 'info' : 'warning';
      logger.log(level, 'session-ended', { ...who(session), reason, killedBy, detail });
    },
    refused(session, reason) {
      logger.log('warning', 'session-refused', { ...who(session), reason });
    },
    performed(session, { operation, errors, milliseconds }) {
      const tags = errors.map(({ tag }) => tag);
      logger.log('debug', 'rpc', { ...who(session), operation, errors: tags, milliseconds });
      for (const error of errors) {
        if (error.tag !== 'access-denied') continue;
        const path = pathText(error);
        logger.log('warning', 'access-denied', { ...who(session), operation, path });
      }
    },
  };
}

export function datastoreLog(logger: Logger): DatastoreListener {
  return {
    changed({ datastore, by }) {
      logger.log('info', 'configuration-changed', { datastore, ...byWhom(by) });
    },
    confirmedCommit({ event, by, timeout }) {
      logger.log('info', 'confirmed-commit', { change: event, ...byWhom(by), timeout });
    },
  };
}

function who({ id, username, sourceHost }: Requester): Readonly<Record<string, unknown>> {
  return { session: id, user: username, source: sourceHost };
}

function byWhom(by: ChangedBy): Readonly<Record<string, unknown>> {
  return by === 'server' ? { by } : who(by);
}
