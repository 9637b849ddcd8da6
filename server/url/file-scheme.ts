/**
 * `file:///NAME` or `file://localhost/NAME` (RFC 8089) is the file NAME of one directory, and nothing else of the
 * system: no `..`, no symbolic link on the way or at the end, no name that begins with a dot, no pipe and no device.
 * Directories are not made.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { dataMissing, invalidValue } from '../../src/error/index.ts';
import { syncDirectory } from '../datastore/disk.ts';
import { failed, refuse, shownUrl } from './url-scheme.ts';
import type { UrlScheme } from './url-scheme.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Longest name that every file system takes. */
const MAX_NAME_BYTES = 200;
const PIECE_BYTES = 64 * 1024;

export class FileScheme implements UrlScheme {
  readonly name = 'file';
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read<T>(url: URL, use: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    const path = await this.#locate(url);
    let handle: FileHandle;
    try {
      // A pipe would wait for its writer without O_NONBLOCK.
      handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      return explain(error, url);
    }
    try {
      if (!(await handle.stat()).isFile()) failed(`${shownUrl(url)} is no file`);
      return await use(piecesOf(handle));
    } finally {
      await handle.close();
    }
  }

  async write(url: URL, pieces: Iterable<string>): Promise<void> {
    const path = await this.#locate(url);
    const directory = dirname(path);
    const temporary = join(directory, `.${basename(path)}.${randomUUID()}`);
    try {
      const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        // A write may be a part only, on a disk that is nearly full; this writes the rest as well.
        for (const piece of pieces) await handle.appendFile(piece);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
      await syncDirectory(directory);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      explain(error, url);
    }
  }

  async remove(url: URL): Promise<void> {
    const path = await this.#locate(url);
    try {
      if (!(await lstat(path)).isFile()) failed(`${shownUrl(url)} is no file`);
      await unlink(path);
      await syncDirectory(dirname(path));
    } catch (error) {
      explain(error, url);
    }
  }

  /** The path of the file, of which all directories are there and none is a link. Throws invalid-value. */
  async #locate(url: URL): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const root = await realpath(this.#directory);
    const path = join(root, ...namesIn(url));
    const parent = dirname(path);
    const real = await realpath(parent).catch(() => undefined);
    if (real === parent) return path;
    return refuse(invalidValue(`${shownUrl(url)} is in no directory that configurations are in`));
  }
}

async function* piecesOf(handle: FileHandle): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function namesIn(url: URL): readonly string[] {
  const isLocal = url.host === '' || url.host === 'localhost';
  if (!isLocal || url.search !== '' || url.hash !== '' || url.username !== '') {
    refuse(invalidValue(`${shownUrl(url)} is no file of this device: expected file:///NAME`));
  }
  return url.pathname
    .slice(1)
    .split('/')
    .map((part) => nameOf(part, url));
}

function nameOf(part: string, url: URL): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    name = '';
  }
  const isPlain =
    name !== '' &&
    !name.startsWith('.') &&
    !/[/\\\p{Cc}]/u.test(name) &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES;
  if (isPlain) return name;
  return refuse(
    invalidValue(`${shownUrl(url)} has "${part}" in its path, which is no name of a file`),
  );
}

function explain(cause: unknown, url: URL): never {
  const shown = shownUrl(url);
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return refuse(dataMissing({ message: `there is no ${shown}` }));
    case 'ELOOP':
      return refuse(invalidValue(`${shown} is a link to something else`));
    case undefined:
      throw cause;
    case 'EISDIR':
      return failed(`${shown} is no file`, cause);
    default:
      return failed(`${shown}: ${(cause as NodeJS.ErrnoException).code ?? ''}`, cause);
  }
}
