/**
 * The shared core, a namespace for each layer: `import { yang, data } from 'sami'`. The larger layers have
 * doors of their own (`sami/yang`, …); what needs Node.js is in `sami/node`.
 */
export * as error from './error/index.ts';
export * as xml from './xml/index.ts';
export * as xpath from './xpath/index.ts';
export * as yang from './yang/index.ts';
export * as data from './data/index.ts';
export * as typegen from './typegen/index.ts';
export * as netconf from './netconf/index.ts';
export * as model from './sami/index.ts';
