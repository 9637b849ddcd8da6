/** Over TLS with certificates on both sides (RFC 7589). */
import { NETCONF_TLS_PORT } from '../../../../src/netconf/index.ts';
import type { TlsClientCredentials } from '../../../../src/node/index.ts';
import { connectNetconfTls } from '../../../connect.ts';
import { printEndpoint } from '../../endpoint.ts';
import { UsageError } from '../../exit-code.ts';
import { addressOf } from './address.ts';
import type { OpenDevice, Opening } from './opening.ts';
import { readGiven } from './secrets.ts';

export async function openTls(opening: Opening): Promise<OpenDevice> {
  const { environment, settings, session } = opening;
  const { host, port, username } = addressOf(opening, NETCONF_TLS_PORT);
  const client = await connectNetconfTls({
    host,
    port,
    ...(await tlsCredentials(opening)),
    ...session,
    signal: environment.signal,
    connectTimeoutMs: settings.replyTimeoutMs,
  });
  return { client, label: printEndpoint({ host, port, username }) };
}

/** Who we are is in the certificate. Throws {@link UsageError} when there is none. */
export async function tlsCredentials({
  settings: { cert, key, ca },
  environment: { variables },
}: Opening): Promise<TlsClientCredentials> {
  if (cert === undefined || key === undefined) throw new UsageError('TLS needs --cert and --key');
  return {
    certificate: await readGiven(cert),
    key: await readGiven(key),
    passphrase: variables['SAMI_PASSPHRASE'],
    ...(ca === undefined ? {} : { authorities: await readGiven(ca) }),
  };
}
