/** Time as a dependency: whoever waits or stamps gets a clock through its constructor. */

export interface Timer {
  /** Does nothing when the timer has run or was cancelled before. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `onExpiry` once after `delayMs`, however long that is; never before this call returns. */
  setTimer(delayMs: number, onExpiry: () => void): Timer;
}
