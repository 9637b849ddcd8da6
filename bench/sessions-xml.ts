/** Session entries of a VM as the XML of an edit-config, made once and kept. */

const SESSIONS_PER_PART = 500;

/** The address that every session ends at. */
export const VM_ADDRESS = '10.1.1.1';

/** A session entry, as different from its neighbours as real ones are. */
export function sessionXml(index: number): string {
  const client = `198.${18 + ((index >> 22) & 1)}.${(index >> 14) & 255}.${(index >> 6) & 255}`;
  return (
    `<session><protocol>6</protocol><source-address>${client}</source-address>` +
    `<destination-address>${VM_ADDRESS}</destination-address>` +
    `<source-port>${1024 + (index & 63)}</source-port><destination-port>443</destination-port>` +
    `<zone>0</zone><state>established</state><status>seen-reply assured</status>` +
    `<lifetime>${400_000 + (index % 1000)}</lifetime><original-packets>${index % 977}</original-packets>` +
    `<original-bytes>${(index * 61) % 100_003}</original-bytes>` +
    `<reply-packets>${index % 881}</reply-packets><reply-bytes>${(index * 1471) % 10_000_019}</reply-bytes>` +
    `<mark>0</mark></session>`
  );
}

/** The content of `<config>` that puts `count` sessions into a VM in standby. */
export function* sessionsConfig(vm: string, count: number): Iterable<string> {
  yield (
    `<sami xmlns="urn:sami:yang:sami"><vm><id>${vm}</id>` +
    `<sessions xmlns="urn:sami:yang:sami-session">`
  );
  for (let first = 0; first < count; first += SESSIONS_PER_PART) {
    let part = '';
    for (let index = first; index < Math.min(count, first + SESSIONS_PER_PART); index += 1) {
      part += sessionXml(index);
    }
    yield part;
  }
  yield '</sessions></vm></sami>';
}
