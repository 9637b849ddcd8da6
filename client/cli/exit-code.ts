/** What the exit codes of `sami` mean. */
export const EXIT_CODES = {
  ok: 0,
  /** Something failed; the message says what. A move that is decided but not finished belongs here. */
  error: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** A move was refused: nothing has been changed. */
  refused: 3,
  /** A move failed and was undone: the old device serves the VM as before. */
  rolledBack: 4,
  /** A plan: the move would be made, and something would be lost or might go wrong. */
  risk: 5,
} as const;

/** A command line that commander lets through and that still makes no sense. */
export class UsageError extends Error {
  readonly code = 'usage';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
