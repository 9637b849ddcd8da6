/**
 * An append-only file of records, each with its length and checksum:
 *
 *     samid-journal 1
 *     E 117 9ae0daaf
 *     <117 bytes>
 *
 * A record at the end that a crash has cut off, or left as whatever was on the disk, is dropped by the next start: it
 * was never durable, so nobody has been told of it. A fault with a good record behind it means that storage lies,
 * and nothing is guessed then.
 */
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from './disk.ts';

const HEADER = 'samid-journal 1\n';
/** Longest line before a payload. */
const MAX_LINE = 64;

/**
 * `S`: a piece of the snapshot that the file begins with. `E`: an edit on what comes before. `P`: a confirmed commit
 * is pending. `C`: an edit, perhaps of nothing, that confirms it. `X`: nothing is pending any more.
 */
export type RecordKind = 'S' | 'E' | 'P' | 'C' | 'X';

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
  readonly #disk: Disk;
  readonly #file: DiskFile;
  #end: number;

  private constructor(disk: Disk, file: DiskFile, end: number) {
    this.#disk = disk;
    this.#file = file;
    this.#end = end;
  }

  /** Creates `path`, replacing what is there. */
  static async create(disk: Disk, path: string): Promise<JournalFile> {
    const file = new JournalFile(disk, await disk.create(path), 0);
    await file.#write(Buffer.from(HEADER));
    return file;
  }

  /** Opens `path` and hands every record to `onRecord`; undefined when there is no such file. */
  static async read(
    disk: Disk,
    path: string,
    onRecord: (record: JournalRecord) => void,
  ): Promise<{ file: JournalFile; droppedBytes: number } | undefined> {
    const file = await disk.open(path);
    if (!file) return undefined;
    try {
      const size = await file.size();
      const end = await readRecords(file, size, path, onRecord);
      if (end < size) await file.truncate(end);
      return { file: new JournalFile(disk, file, end), droppedBytes: size - end };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get size(): number {
    return this.#end;
  }

  /** Adds a record, which is durable with the next {@link replace}. */
  async append(kind: RecordKind, text: string): Promise<void> {
    await this.#write(encodeRecord(kind, text));
  }

  /** Adds a record, which is durable when it resolves. When it fails the file is as before. */
  async commit(kind: RecordKind, text: string): Promise<void> {
    const end = this.#end;
    try {
      await this.append(kind, text);
      await this.#file.sync();
    } catch (error) {
      this.#end = end;
      // What cannot be cut off now is written over by the next record, or dropped by the next start.
      await this.#file.truncate(end).catch(() => undefined);
      throw error;
    }
  }

  /** Takes the place of the file at `path`, at once and durably. */
  async replace(temporaryPath: string, path: string): Promise<void> {
    await this.#file.sync();
    await this.#disk.rename(temporaryPath, path);
    await this.#disk.syncDirectory(dirname(path));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, this.#end);
    this.#end += bytes.length;
  }
}

function encodeRecord(kind: RecordKind, text: string): Buffer {
  const payload = Buffer.from(text);
  const line = `${kind} ${String(payload.length)} ${checksum(payload)}\n`;
  return Buffer.concat([Buffer.from(line), payload, Buffer.from('\n')]);
}

/** Offset behind the last good record. */
async function readRecords(
  file: DiskFile,
  size: number,
  path: string,
  onRecord: (record: JournalRecord) => void,
): Promise<number> {
  const header = await file.read(0, HEADER.length);
  if (header.toString() !== HEADER) throw new JournalCorruptError(path, 0);
  let offset = HEADER.length;
  while (offset < size) {
    const found = await readRecord(file, offset);
    if (!found) {
      if (await hasRecordAfter(file, offset)) throw new JournalCorruptError(path, offset);
      return offset;
    }
    onRecord(found.record);
    offset = found.end;
  }
  return offset;
}

async function readRecord(
  file: DiskFile,
  offset: number,
): Promise<{ readonly record: JournalRecord; readonly end: number } | undefined> {
  const line = parseLine(await file.read(offset, MAX_LINE));
  if (!line) return undefined;
  const start = offset + line.length;
  const bytes = await file.read(start, line.bytes + 1);
  const payload = bytes.subarray(0, line.bytes);
  if (bytes.length <= line.bytes || checksum(payload) !== line.checksum) return undefined;
  return { record: { kind: line.kind, payload }, end: start + line.bytes + 1 };
}

/** Whether a good record begins anywhere behind a bad one. It takes as long as reading what is left. */
async function hasRecordAfter(file: DiskFile, bad: number): Promise<boolean> {
  const rest = await file.read(bad, (await file.size()) - bad);
  for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n', at + 1)) {
    const line = parseLine(rest.subarray(at + 1, at + 1 + MAX_LINE));
    if (!line) continue;
    const start = at + 1 + line.length;
    const payload = rest.subarray(start, start + line.bytes);
    if (payload.length === line.bytes && checksum(payload) === line.checksum) return true;
  }
  return false;
}

interface RecordLine {
  readonly kind: RecordKind;
  readonly bytes: number;
  readonly checksum: string;
  /** Of the line itself. */
  readonly length: number;
}

function parseLine(bytes: Buffer): RecordLine | undefined {
  const match = /^([SEPCX]) (\d{1,12}) ([0-9a-f]{8})\n/.exec(bytes.toString('latin1'));
  if (!match) return undefined;
  const [line, kind, length = '', sum = ''] = match;
  return { kind: kind as RecordKind, bytes: Number(length), checksum: sum, length: line.length };
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
