/**
 * What storing a configuration needs of a file system, one method for each call whose failure or interruption is a
 * case of its own: tests put a disk in its place that loses power at any of them.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export interface DiskFile {
  size(): Promise<number>;
  /** The bytes from `offset` on, fewer at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  write(bytes: Buffer, offset: number): Promise<void>;
  truncate(length: number): Promise<void>;
  /** What has been written so far is durable when it resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** With the directories above it, durably. */
  makeDirectory(path: string): Promise<void>;
  /** Undefined when there is none. */
  open(path: string): Promise<DiskFile | undefined>;
  /** Replaces what is there. The name is durable after {@link syncDirectory}. */
  create(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** Makes creations, renamings and deletions in the directory durable. */
  syncDirectory(path: string): Promise<void>;
}

export const NODE_DISK: Disk = {
  async makeDirectory(path) {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first !== undefined) await syncDirectory(`${first}/..`);
  },
  async open(path) {
    try {
      return new NodeFile(await open(path, 'r+'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  async create(path) {
    return new NodeFile(await open(path, 'w+', 0o600));
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
};

/** Makes a creation, renaming or deletion in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }

  async write(bytes: Buffer, offset: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, undefined, offset + done);
      done += bytesWritten;
    }
  }

  async truncate(length: number): Promise<void> {
    await this.#handle.truncate(length);
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
