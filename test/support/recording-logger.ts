/** A log that a test can read. */
import type { LogLevel, Logger } from '../../server/logger.ts';

export interface LogEntry {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class RecordingLogger implements Logger {
  readonly entries: LogEntry[] = [];

  log(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level, event, fields });
  }

  events(level?: LogLevel): readonly string[] {
    return this.entries.filter((it) => !level || it.level === level).map((it) => it.event);
  }
}
