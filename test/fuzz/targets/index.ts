/** Everything that a campaign can be about. */
import type { Target } from '../target.ts';
import { CLIENT } from './client.ts';
import { DOCUMENTS } from './documents.ts';
import { EDITS } from './edits.ts';
import { FRAMING } from './framing.ts';
import { IF_FEATURES } from './if-features.ts';
import { PATTERNS } from './patterns.ts';
import { RANGES } from './ranges.ts';
import { CHUNKED, HELLOS, SESSIONS } from './sessions.ts';
import { SSH } from './ssh.ts';
import { USERS } from './users.ts';
import { XPATH } from './xpath.ts';
import { YANG } from './yang.ts';
import { YIN } from './yin.ts';

export const TARGETS: readonly Target[] = [
  YANG,
  YIN,
  IF_FEATURES,
  XPATH,
  PATTERNS,
  RANGES,
  DOCUMENTS,
  EDITS,
  FRAMING,
  SESSIONS,
  CHUNKED,
  HELLOS,
  CLIENT,
  USERS,
  SSH,
];
