/** The part of the core that needs Node.js: SSH, TLS, call home, host keys, files, the system's clock. */
export { DuplexStream } from './byte-stream.ts';
export type { DuplexStreamOptions } from './byte-stream.ts';
export { DEFAULT_CALL_HOME_LIMITS, listenCallers } from './call-home-listener.ts';
export type {
  CallHomeLimits,
  Caller,
  CallerListener,
  ListenCallersOptions,
} from './call-home-listener.ts';
export { createFileModuleRepository } from './file-module-repository.ts';
export type { FileRepositoryOptions } from './file-module-repository.ts';
export { fingerprintOf, loadOrCreateHostKey } from './host-key.ts';
export type { HostKey } from './host-key.ts';
export {
  checkKnownHost,
  formatKnownHost,
  hostKeyAlgorithms,
  parseKnownHosts,
} from './known-hosts.ts';
export type { KnownHost, KnownHostVerdict } from './known-hosts.ts';
export { packageYangDirectory } from './package-files.ts';
export { readSshConfig } from './ssh-config.ts';
export type { SshConfigContext, SshConfigResult } from './ssh-config.ts';
export * from './ssh-transport.ts';
export { SystemClock } from './system-clock.ts';
export { connectTls } from './tls-client.ts';
export type { ConnectTlsOptions, ServerCertificate, TlsClientCredentials } from './tls-client.ts';
