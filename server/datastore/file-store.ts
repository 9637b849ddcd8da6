/**
 * The configuration in a directory: `running.journal` is a snapshot and the edits since, so that storing a
 * commit costs what has changed; `pending-commit.json` is there while a confirmed commit is pending.
 */
import { mkdir, readFile, rename, rm, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DataDecoder,
  applyEdit,
  decodeData,
  diffToEdit,
  emptyRoot,
  encodeEdit,
  plainContent,
} from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { XmlTokenizer, ContentSink } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import { streamChildren } from '../read/stream-branch.ts';
import { textPieces } from '../read/text-pieces.ts';
import { SerialQueue } from '../serial-queue.ts';
import { JournalFile, syncDirectory } from './journal-file.ts';
import type { ConfigurationStore, LoadedConfiguration, PendingRecord } from './store.ts';

/** Edits smaller than this in sum are never worth a new snapshot. */
const MIN_EDIT_BYTES = 256 * 1024;

export interface FileStoreOptions {
  readonly directory: string;
  readonly context: SchemaContext;
  readonly logger: Logger;
  /** Size of the edits from which on a snapshot is considered. */
  readonly minEditBytes?: number;
}

/** As it stands in the file: trees as text. */
interface StoredPending extends Omit<PendingRecord, 'arrivals'> {
  readonly arrivals?: { readonly arrived: string; readonly met: string };
}

export class FileStore implements ConfigurationStore {
  readonly #options: FileStoreOptions;
  readonly #queue = new SerialQueue();
  #file: JournalFile | undefined;
  #snapshotBytes = 0;
  /** Edits made while a snapshot is being written; they have to follow it. */
  #editsSince: string[] | undefined;
  #compaction: Promise<void> = Promise.resolve();

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async load(): Promise<LoadedConfiguration> {
    const { directory, logger } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await rm(this.#path('running.journal.new'), { force: true });
    const replay = new Replay(this.#options.context);
    const opened = await JournalFile.read(this.#path('running.journal'), ({ kind, payload }) => {
      if (kind === 'S') this.#snapshotBytes += payload.length;
      replay.add(kind, payload);
    });
    if (opened && opened.droppedBytes > 0) {
      logger.log('warning', 'journal-tail-dropped', { bytes: opened.droppedBytes });
    }
    this.#file = opened?.file ?? (await this.#createJournal());
    return { root: opened && replay.result(), pending: await this.#readPending() };
  }

  save(before: Branch, after: Branch): Promise<void> {
    if (before === after) return Promise.resolve();
    return this.#queue.run(async () => {
      const edit = encodeDifference(before, after);
      if (edit === undefined) return;
      const file = this.#openFile();
      await file.append('E', edit);
      await file.sync();
      this.#editsSince?.push(edit);
      this.#compactIfWorthwhile(after);
    });
  }

  async setPending(pending: PendingRecord | undefined): Promise<void> {
    const path = this.#path('pending-commit.json');
    if (!pending) {
      await rm(path, { force: true });
    } else {
      const handle = await open(`${path}.new`, 'w', 0o600);
      const { arrivals, ...record } = pending;
      const trees = arrivals && {
        arrived: [...snapshotPieces(arrivals.arrived)].join(''),
        met: [...snapshotPieces(arrivals.met)].join(''),
      };
      await handle.writeFile(`${JSON.stringify({ ...record, arrivals: trees })}\n`);
      await handle.sync();
      await handle.close();
      await rename(`${path}.new`, path);
    }
    await syncDirectory(this.#options.directory);
  }

  async close(): Promise<void> {
    await this.#compaction;
    await this.#queue.idle();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #createJournal(): Promise<JournalFile> {
    const file = await JournalFile.create(this.#path('running.journal.new'));
    await file.replace(this.#path('running.journal.new'), this.#path('running.journal'));
    return file;
  }

  async #readPending(): Promise<PendingRecord | undefined> {
    const text = await readFile(this.#path('pending-commit.json'), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const { arrivals, ...record } = JSON.parse(text) as StoredPending;
    if (!arrivals) return record;
    const { context } = this.#options;
    const arrived = decodeTree(context, arrivals.arrived);
    return { ...record, arrivals: { arrived, met: decodeTree(context, arrivals.met) } };
  }

  /** Writes a snapshot beside the journal once the edits outweigh it; commits go on meanwhile. */
  #compactIfWorthwhile(tree: Branch): void {
    const editBytes = this.#openFile().size - this.#snapshotBytes;
    const enough = Math.max(this.#options.minEditBytes ?? MIN_EDIT_BYTES, 2 * this.#snapshotBytes);
    if (this.#editsSince || editBytes < enough) return;
    this.#editsSince = [];
    this.#compaction = this.#compact(tree)
      .catch((error: unknown) => {
        this.#options.logger.log('error', 'snapshot-failed', { error });
      })
      .finally(() => {
        this.#editsSince = undefined;
      });
  }

  async #compact(tree: Branch): Promise<void> {
    const path = this.#path('running.journal.new');
    const file = await JournalFile.create(path);
    try {
      for (const piece of snapshotPieces(tree)) await file.append('S', piece);
      const snapshotBytes = file.size;
      await this.#queue.run(async () => {
        for (const edit of this.#editsSince ?? []) await file.append('E', edit);
        await file.replace(path, this.#path('running.journal'));
        const old = this.#openFile();
        this.#file = file;
        this.#snapshotBytes = snapshotBytes;
        await old.close();
      });
    } catch (error) {
      if (this.#file !== file) await file.close().catch(() => undefined);
      throw error;
    }
  }

  #openFile(): JournalFile {
    if (!this.#file) throw new Error('the store is not open');
    return this.#file;
  }

  #path(name: string): string {
    return join(this.#options.directory, name);
  }
}

/** The edit from one tree to the other as text; undefined when they do not differ. */
function encodeDifference(before: Branch, after: Branch): string | undefined {
  const edit = diffToEdit(before, after);
  if (edit.content.slots.every((slot) => slot === undefined)) return undefined;
  const pieces = textPieces(function* (writer) {
    writer.open(NETCONF_BASE_NS, 'config');
    encodeEdit(writer, edit);
    writer.close();
    yield;
  });
  return [...pieces].join('');
}

function snapshotPieces(tree: Branch): Iterable<string> {
  return textPieces(function* (writer) {
    writer.open(NETCONF_BASE_NS, 'config');
    yield* streamChildren(writer, tree, { configOnly: true });
    writer.close();
  });
}

/** Builds the tree from the records of a journal. */
class Replay {
  readonly #context: SchemaContext;
  #snapshot: { readonly decoder: DataDecoder; readonly tokenizer: XmlTokenizer } | undefined;
  #root: Branch | undefined;

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  add(kind: 'S' | 'E', payload: Buffer): void {
    if (kind === 'S') this.#addSnapshot(payload);
    else this.#addEdit(payload);
  }

  #addSnapshot(payload: Buffer): void {
    if (!this.#snapshot) {
      const decoder = new DataDecoder(this.#context.root, { state: false });
      this.#snapshot = { decoder, tokenizer: new XmlTokenizer(new ContentSink(decoder)) };
    }
    this.#snapshot.tokenizer.write(payload);
  }

  #addEdit(payload: Buffer): void {
    const edit = decodeData(this.#context.root, payload.toString(), { edit: true, state: false });
    checkErrors(edit.errors);
    const result = applyEdit(this.result(), edit, { defaultOperation: 'none' });
    checkErrors(result.errors);
    this.#root = result.tree;
  }

  result(): Branch {
    if (this.#snapshot) {
      this.#snapshot.tokenizer.end();
      const decoded = this.#snapshot.decoder.finish();
      this.#snapshot = undefined;
      checkErrors(decoded.errors);
      this.#root = plainContent(decoded);
    }
    this.#root ??= emptyRoot(this.#context);
    return this.#root;
  }
}

function decodeTree(context: SchemaContext, text: string): Branch {
  const decoded = decodeData(context.root, text, { state: false });
  checkErrors(decoded.errors);
  return plainContent(decoded);
}

function checkErrors(errors: readonly RpcError[]): void {
  if (errors.length > 0) throw new RpcErrorException(errors);
}
