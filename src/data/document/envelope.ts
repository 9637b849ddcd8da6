/** What a message of NETCONF says about itself, and the rules for it (RFC 6241, section 4; RFC 5277, section 4). */
import { badElement, missingAttribute, missingElement } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { textContent } from '../../xml/index.ts';
import type { Envelope, ParseDocumentOptions } from './document.ts';
import type { EnvelopeReader } from './envelope-reader.ts';

/** RFC 5277, section 2.2.1: eventTime is a dateTime as in RFC 3339. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The name of the element that the message is. */
const MESSAGES: Readonly<Record<string, string>> = {
  'nc-rpc': 'rpc',
  'nc-reply': 'rpc-reply',
  'nc-notification': 'notification',
};

/** Undefined for documents that are no messages. */
export function readEnvelope(
  { type = 'data' }: ParseDocumentOptions,
  { around, about }: EnvelopeReader,
  report: (error: RpcError) => void,
): Envelope | undefined {
  const name = MESSAGES[type];
  if (name === undefined) return undefined;
  const [outer] = around;
  if (!outer) {
    report(missingElement(name, { type: 'protocol' }));
    return undefined;
  }
  const messageId = outer.attributes.find(
    ({ namespace, local }) => namespace === '' && local === 'message-id',
  )?.value;
  if (type !== 'nc-notification' && messageId === undefined) {
    report(missingAttribute('message-id', name, { type: 'rpc' }));
  }
  const times = about.filter(({ local }) => local === 'eventTime').map(textContent);
  if (type === 'nc-notification') checkTimes(times, report);
  return {
    messageId,
    eventTime: times[0],
    ok: about.some(({ local }) => local === 'ok'),
    errors: about.filter(({ local }) => local === 'rpc-error'),
  };
}

function checkTimes(times: readonly string[], report: (error: RpcError) => void): void {
  const [time] = times;
  if (time === undefined) report(missingElement('eventTime', { type: 'protocol' }));
  else if (times.length > 1) {
    report(badElement('eventTime', { type: 'protocol', message: '<eventTime> is given twice' }));
  } else if (!DATE_TIME.test(time.trim())) {
    const message = `<eventTime> is no date and time: "${time}"`;
    report(badElement('eventTime', { type: 'protocol', message }));
  }
}
