/** What every way to a device is given, and what it gives. */
import type { compile } from '../../../../src/yang/index.ts';
import type { SessionOptions } from '../../../connect.ts';
import type { NetconfClient } from '../../../netconf-client.ts';
import type { CliEnvironment } from '../../environment.ts';
import type { Settings } from '../settings.ts';

export interface OpenDevice {
  readonly client: NetconfClient;
  /** Which device, and as whom. */
  readonly label: string;
  /** Instead of the compiler, for who has compiled these modules before. */
  readonly compile?: typeof compile;
}

/** What every way to a device needs. */
export interface Opening {
  readonly environment: CliEnvironment;
  readonly settings: Settings;
  /** The argument `USER@HOST:PORT`; `--host`, `--port` and `--user` come before it. */
  readonly target: string | undefined;
  readonly session: SessionOptions;
}
