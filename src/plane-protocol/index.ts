/** What a device server and a data plane in another process say to each other (docs/plane-protocol.md). */
export * from './key-text.ts';
export * from './line-splitter.ts';
export * from './messages.ts';
export * from './row-codec.ts';
