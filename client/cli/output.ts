/** Where commands write, so that tests can read it. */
export interface Output {
  /** Results. */
  out(text: string): void;
  /** What people want to know meanwhile, and errors. */
  err(text: string): void;
  /** `err` is a terminal: progress may be shown. */
  readonly interactive: boolean;
}

export const PROCESS_OUTPUT: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  get interactive() {
    return process.stderr.isTTY;
  },
};

export function printJson(output: Output, value: unknown): void {
  output.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** One line, whatever the message. */
export function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ').trim();
}
