/**
 * A file system in memory that loses power. What has not been synced is lost, kept, cut or turned to zeros, content
 * and names apart, as with real ones: no order holds between things that are not durable.
 */
import { basename, dirname } from 'node:path';
import type { Disk, DiskFile } from '../../server/datastore/disk.ts';

export class PowerLostError extends Error {
  constructor() {
    super('the power is lost');
  }
}

/** What became of what was not durable. */
export interface Damage {
  readonly content: 'lost' | 'kept' | 'cut' | 'zeros';
  readonly names: 'lost' | 'kept';
}

export const DAMAGES: readonly Damage[] = (['lost', 'kept'] as const).flatMap((names) =>
  (['lost', 'kept', 'cut', 'zeros'] as const).map((content) => ({ content, names })),
);

interface Inode {
  /** As programs see it. */
  content: Buffer;
  /** As it is on the medium for sure. */
  durable: Buffer;
}

type Directory = Map<string, Inode>;

export class SimulatedDisk implements Disk {
  readonly #directories = new Map<string, { now: Directory; durable: Directory }>();
  #left = Infinity;
  /** Calls so far that change something. */
  calls = 0;

  /** The power goes at the n-th call from now on, which does not happen. 1 is the next one. */
  failAt(n: number): void {
    this.#left = n;
    this.calls = 0;
  }

  get isOff(): boolean {
    return this.#left <= 0;
  }

  /** The disk as a start finds it. */
  restarted({ content, names }: Damage): SimulatedDisk {
    const other = new SimulatedDisk();
    for (const [path, { now, durable }] of this.#directories) {
      const entries = [...(names === 'kept' ? now : durable)].map(([name, inode]) => {
        const found = survived(inode, content);
        return [name, { content: found, durable: found }] as const;
      });
      other.#directories.set(path, { now: new Map(entries), durable: new Map(entries) });
    }
    return other;
  }

  makeDirectory(path: string): Promise<void> {
    return this.#do(() => {
      if (!this.#directories.has(path)) {
        this.#directories.set(path, { now: new Map(), durable: new Map() });
      }
    });
  }

  open(path: string): Promise<DiskFile | undefined> {
    const inode = this.#in(path).now.get(basename(path));
    return Promise.resolve(inode && this.#file(inode));
  }

  create(path: string): Promise<DiskFile> {
    return this.#do(() => {
      const inode = { content: Buffer.alloc(0), durable: Buffer.alloc(0) };
      this.#in(path).now.set(basename(path), inode);
      return this.#file(inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(() => {
      const inode = this.#in(from).now.get(basename(from));
      if (!inode) throw new Error(`there is no ${from}`);
      this.#in(from).now.delete(basename(from));
      this.#in(to).now.set(basename(to), inode);
    });
  }

  remove(path: string): Promise<void> {
    return this.#do(() => void this.#in(path).now.delete(basename(path)));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#do(() => {
      const directory = this.#directories.get(path);
      if (directory) directory.durable = new Map(directory.now);
    });
  }

  #in(path: string): { now: Directory; durable: Directory } {
    const directory = this.#directories.get(dirname(path));
    if (!directory) throw new Error(`there is no ${dirname(path)}`);
    return directory;
  }

  #do<T>(change: () => T): Promise<T> {
    this.calls += 1;
    this.#left -= 1;
    if (this.isOff) return Promise.reject(new PowerLostError());
    return Promise.resolve(change());
  }

  #file(inode: Inode): DiskFile {
    return {
      size: () => Promise.resolve(inode.content.length),
      read: (offset, length) => Promise.resolve(inode.content.subarray(offset, offset + length)),
      write: (bytes, offset) =>
        this.#do(() => {
          const length = Math.max(inode.content.length, offset + bytes.length);
          const content = Buffer.alloc(length);
          inode.content.copy(content);
          bytes.copy(content, offset);
          inode.content = content;
        }),
      truncate: (length) =>
        this.#do(() => void (inode.content = inode.content.subarray(0, length))),
      sync: () => this.#do(() => void (inode.durable = inode.content)),
      close: () => Promise.resolve(),
    };
  }
}

function survived({ content, durable }: Inode, damage: Damage['content']): Buffer {
  const added = content.length - durable.length;
  switch (damage) {
    case 'lost':
      return durable;
    case 'kept':
      return content;
    case 'cut':
      return added > 0 ? content.subarray(0, durable.length + (added >> 1)) : durable;
    case 'zeros':
      return added > 0 ? Buffer.concat([durable, Buffer.alloc(added)]) : durable;
  }
}
