/** From what the command line says of a device to a session with it, whatever carries it. */
import { BASE_1_0, BASE_1_1 } from '../../../../src/netconf/index.ts';
import type { SessionOptions } from '../../../connect.ts';
import type { CliEnvironment } from '../../environment.ts';
import type { RawTap } from '../output/raw-tap.ts';
import type { Settings } from '../settings.ts';
import { openCallHome } from './call-home.ts';
import type { OpenDevice } from './opening.ts';
import { openSsh } from './ssh.ts';
import { openTcp } from './tcp.ts';
import { openTls } from './tls.ts';

/** Throws UsageError for what makes no sense, NetconfError for what fails. */
export function openDevice(
  environment: CliEnvironment,
  settings: Settings,
  target: string | undefined,
  tap: RawTap | undefined,
): Promise<OpenDevice> {
  const capabilities = capabilitiesOf(settings);
  const session: SessionOptions = {
    clock: environment.clock,
    ...(capabilities ? { capabilities } : {}),
    ...(tap ? { wrapTransport: (inner) => tap.wrap(inner) } : {}),
  };
  const opening = { environment, settings, target, session };
  if (settings.callHome !== undefined) return openCallHome(opening);
  switch (settings.transport) {
    case 'tls':
      return openTls(opening);
    case 'tcp':
      return openTcp(opening);
    default:
      return openSsh(opening);
  }
}

/** Undefined for what the library says by itself. */
function capabilitiesOf({ version }: Settings): readonly string[] | undefined {
  if (version === undefined) return undefined;
  return version === '1.0' ? [BASE_1_0] : [BASE_1_1];
}
