/** The part of the core that needs Node.js: files, SSH, the system's clock. */
export * from './byte-stream.ts';
export * from './file-module-repository.ts';
export * from './host-key.ts';
export * from './known-hosts.ts';
export * from './package-files.ts';
export * from './process-identity.ts';
export * from './ssh-config.ts';
export * from './ssh-transport.ts';
export * from './tls-client.ts';
export * from './call-home-listener.ts';
export * from './system-clock.ts';
