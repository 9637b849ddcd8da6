/** One thing that a plane has to do. */
import type { Bench } from './bench.ts';

export interface Check {
  /** As `--json` and the lines of the report have it. */
  readonly name: string;
  /** What the plane does when it is right. */
  readonly title: string;
  /** Section of docs/plane-protocol.md. */
  readonly section: string;
  /** Throws Mismatch. What it returns is shown beside `ok`. */
  run(bench: Bench): Promise<string | undefined>;
}

/** A check without anything to say when all is well. */
export function check(
  section: string,
  name: string,
  title: string,
  run: (bench: Bench) => Promise<void>,
): Check {
  return {
    section,
    name,
    title,
    run: async (bench) => {
      await run(bench);
      return undefined;
    },
  };
}
