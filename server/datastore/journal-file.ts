/**
 * An append-only file of records, each with its length and checksum:
 *
 *     samid-journal 1
 *     E 117 9ae0daaf
 *     <117 bytes>
 *
 * A record that a crash has cut off at the end is dropped by the next start. A fault anywhere else means
 * that storage lies, and nothing is guessed then.
 */
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const HEADER = 'samid-journal 1\n';
/** Longest line before a payload. */
const MAX_LINE = 64;

/** `S`: a piece of the snapshot that the file begins with. `E`: an edit on what comes before. */
export type RecordKind = 'S' | 'E';

export interface JournalRecord {
  readonly kind: RecordKind;
  readonly payload: Buffer;
}

export class JournalCorruptError extends Error {
  constructor(path: string, offset: number) {
    super(`"${path}" is damaged at byte ${String(offset)}`);
    this.name = 'JournalCorruptError';
  }
}

export class JournalFile {
  readonly #handle: FileHandle;
  #end: number;

  private constructor(handle: FileHandle, end: number) {
    this.#handle = handle;
    this.#end = end;
  }

  /** Creates `path`, replacing what is there. */
  static async create(path: string): Promise<JournalFile> {
    const handle = await open(path, 'w+', 0o600);
    const file = new JournalFile(handle, 0);
    await file.#write(Buffer.from(HEADER));
    return file;
  }

  /** Opens `path` and hands every record to `onRecord`; undefined when there is no such file. */
  static async read(
    path: string,
    onRecord: (record: JournalRecord) => void,
  ): Promise<{ file: JournalFile; droppedBytes: number } | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r+');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const { size } = await handle.stat();
      const end = await readRecords(handle, size, path, onRecord);
      if (end < size) await handle.truncate(end);
      return { file: new JournalFile(handle, end), droppedBytes: size - end };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#end;
  }

  /** Adds a record; it is durable after {@link sync}. When it fails the file is as before. */
  async append(kind: RecordKind, text: string): Promise<void> {
    const payload = Buffer.from(text);
    const line = `${kind} ${String(payload.length)} ${checksum(payload)}\n`;
    const end = this.#end;
    try {
      await this.#write(Buffer.concat([Buffer.from(line), payload, Buffer.from('\n')]));
    } catch (error) {
      await this.#cutTo(end);
      throw error;
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  /** Takes the place of the file at `path`, at once and durably. */
  async replace(temporaryPath: string, path: string): Promise<void> {
    await this.#handle.sync();
    await rename(temporaryPath, path);
    await syncDirectory(dirname(path));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, undefined, this.#end + done);
      done += bytesWritten;
    }
    this.#end += bytes.length;
  }

  async #cutTo(end: number): Promise<void> {
    this.#end = end;
    await this.#handle.truncate(end).catch(() => undefined);
  }
}

/** Makes a creation, renaming or deletion in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Offset behind the last good record. */
async function readRecords(
  handle: FileHandle,
  size: number,
  path: string,
  onRecord: (record: JournalRecord) => void,
): Promise<number> {
  const header = await readAt(handle, 0, HEADER.length);
  if (header.toString() !== HEADER) throw new JournalCorruptError(path, 0);
  let offset = HEADER.length;
  while (offset < size) {
    const line = parseLine(await readAt(handle, offset, Math.min(MAX_LINE, size - offset)));
    const end = line && offset + line.length + line.bytes + 1;
    if (!line || end === undefined || end > size) {
      // Only the last record can be incomplete, and it has no complete one behind it.
      if (!line && size - offset >= MAX_LINE) throw new JournalCorruptError(path, offset);
      return offset;
    }
    const payload = await readAt(handle, offset + line.length, line.bytes);
    if (checksum(payload) !== line.checksum) {
      if (end < size) throw new JournalCorruptError(path, offset);
      return offset;
    }
    onRecord({ kind: line.kind, payload });
    offset = end;
  }
  return offset;
}

interface RecordLine {
  readonly kind: RecordKind;
  readonly bytes: number;
  readonly checksum: string;
  /** Of the line itself. */
  readonly length: number;
}

function parseLine(bytes: Buffer): RecordLine | undefined {
  const match = /^([SE]) (\d{1,12}) ([0-9a-f]{8})\n/.exec(bytes.toString('latin1'));
  if (!match) return undefined;
  const [line, kind, length = '', sum = ''] = match;
  return { kind: kind as RecordKind, bytes: Number(length), checksum: sum, length: line.length };
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
