/**
 * The configuration in a directory: `running.journal` is a snapshot and the edits since, so that storing a commit
 * costs what has changed. A confirmed commit that is pending is a record in it too: confirming it and storing what it
 * has changed is one write, so no crash can come between.
 */
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
import { ContentSink, XmlError, XmlTokenizer } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import { streamChildren } from '../read/stream-branch.ts';
import { textPieces } from '../read/text-pieces.ts';
import { SerialQueue } from '../serial-queue.ts';
import { NODE_DISK } from './disk.ts';
import type { Disk } from './disk.ts';
import { JournalCorruptError, JournalFile } from './journal-file.ts';
import type { RecordKind } from './journal-file.ts';
import type { ConfigurationStore, LoadedConfiguration, PendingRecord } from './store.ts';
import { StoredConfigurationError } from './stored-configuration-error.ts';

/** Edits smaller than this in sum are never worth a new snapshot. */
const MIN_EDIT_BYTES = 256 * 1024;
const JOURNAL = 'running.journal';
const NEW_JOURNAL = `${JOURNAL}.new`;

/** Where the files are, and what their content is checked against. */
export interface FileStoreOptions {
  readonly directory: string;
  readonly context: SchemaContext;
  readonly logger: Logger;
  /** Size of the edits from which on a snapshot is considered. */
  readonly minEditBytes?: number;
  /** Default: that of the system. */
  readonly disk?: Disk;
}

/** As it stands in the file: trees as text. */
interface StoredPending extends Omit<PendingRecord, 'arrivals'> {
  readonly arrivals?: { readonly arrived: string; readonly met: string };
}

type JournalEntry = readonly [kind: RecordKind, text: string];

/** Keeps the configuration in a directory that is its own; one process at a time. */
export class FileStore implements ConfigurationStore {
  readonly #options: FileStoreOptions;
  readonly #disk: Disk;
  readonly #queue = new SerialQueue();
  #file: JournalFile | undefined;
  #snapshotBytes = 0;
  /** What is stored. */
  #tree: Branch | undefined;
  /** The commit that is pending, as it stands in the journal. */
  #pending: string | undefined;
  /** Records made while a snapshot is being written; they have to follow it. */
  #entriesSince: JournalEntry[] | undefined;
  #compaction: Promise<void> = Promise.resolve();

  constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#disk = options.disk ?? NODE_DISK;
  }

  get place(): string {
    return this.#path(JOURNAL);
  }

  async load(): Promise<LoadedConfiguration> {
    await this.#disk.makeDirectory(this.#options.directory);
    await this.#disk.remove(this.#path(NEW_JOURNAL));
    try {
      return await this.#replay();
    } catch (error) {
      if (error instanceof RpcErrorException) {
        throw new StoredConfigurationError(this.place, error.errors);
      }
      if (error instanceof JournalCorruptError || error instanceof XmlError) {
        throw new StoredConfigurationError(this.place, error);
      }
      throw error;
    }
  }

  async setAside(): Promise<string> {
    await this.#file?.close();
    const name = `${this.place}.${new Date().toISOString().replaceAll(':', '')}`;
    await this.#disk.rename(this.place, name);
    await this.#disk.syncDirectory(this.#options.directory);
    this.#file = await this.#createJournal();
    this.#snapshotBytes = 0;
    this.#pending = undefined;
    this.#tree = undefined;
    return name;
  }

  async #replay(): Promise<LoadedConfiguration> {
    const { logger, context } = this.#options;
    const replay = new Replay(context);
    const path = this.#path(JOURNAL);
    const opened = await JournalFile.read(this.#disk, path, ({ kind, payload }) => {
      if (kind === 'S') this.#snapshotBytes += payload.length;
      replay.add(kind, payload);
    });
    if (opened && opened.droppedBytes > 0) {
      logger.log('warning', 'journal-tail-dropped', { bytes: opened.droppedBytes });
    }
    this.#file = opened?.file ?? (await this.#createJournal());
    this.#pending = replay.pending;
    const pending =
      replay.pending === undefined ? undefined : parsePending(replay.pending, context);
    this.#tree = replay.result();
    return { root: opened && this.#tree, pending };
  }

  save(before: Branch, after: Branch): Promise<void> {
    return this.#queue.run(async () => {
      const edit = encodeDifference(before, after);
      if (edit !== undefined) await this.#commit(['E', edit], after);
    });
  }

  confirm(before: Branch, after: Branch): Promise<void> {
    return this.#queue.run(() => this.#commit(['C', encodeDifference(before, after) ?? ''], after));
  }

  setPending(pending: PendingRecord | undefined): Promise<void> {
    return this.#queue.run(() => this.#commit(pending ? ['P', printPending(pending)] : ['X', '']));
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#compaction;
    await this.#queue.idle();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #commit(entry: JournalEntry, tree = this.#tree): Promise<void> {
    await this.#openFile().commit(...entry);
    this.#entriesSince?.push(entry);
    const [kind, text] = entry;
    if (kind !== 'E') this.#pending = kind === 'P' ? text : undefined;
    this.#tree = tree;
    if (tree) this.#compactIfWorthwhile(tree);
  }

  async #createJournal(): Promise<JournalFile> {
    const file = await JournalFile.create(this.#disk, this.#path(NEW_JOURNAL));
    await file.replace(this.#path(NEW_JOURNAL), this.#path(JOURNAL));
    return file;
  }

  /** Writes a snapshot beside the journal once the edits outweigh it; commits go on meanwhile. */
  #compactIfWorthwhile(tree: Branch): void {
    const editBytes = this.#openFile().size - this.#snapshotBytes;
    const enough = Math.max(this.#options.minEditBytes ?? MIN_EDIT_BYTES, 2 * this.#snapshotBytes);
    if (this.#entriesSince || editBytes < enough) return;
    this.#entriesSince = this.#pending === undefined ? [] : [['P', this.#pending]];
    this.#compaction = this.#compact(tree)
      .catch((error: unknown) => {
        this.#options.logger.log('error', 'snapshot-failed', { error });
      })
      .finally(() => {
        this.#entriesSince = undefined;
      });
  }

  async #compact(tree: Branch): Promise<void> {
    const path = this.#path(NEW_JOURNAL);
    const file = await JournalFile.create(this.#disk, path);
    try {
      for (const piece of snapshotPieces(tree)) await file.append('S', piece);
      const snapshotBytes = file.size;
      await this.#queue.run(async () => {
        for (const entry of this.#entriesSince ?? []) await file.append(...entry);
        await file.replace(path, this.#path(JOURNAL));
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

function printPending({ arrivals, ...record }: PendingRecord): string {
  const trees = arrivals && {
    arrived: [...snapshotPieces(arrivals.arrived)].join(''),
    met: [...snapshotPieces(arrivals.met)].join(''),
  };
  return JSON.stringify({ ...record, arrivals: trees });
}

function parsePending(text: string, context: SchemaContext): PendingRecord {
  const { arrivals, ...record } = JSON.parse(text) as StoredPending;
  if (!arrivals) return record;
  const arrived = decodeTree(context, arrivals.arrived);
  return { ...record, arrivals: { arrived, met: decodeTree(context, arrivals.met) } };
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
  #pending: string | undefined;

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  /** The text of the commit that is pending. */
  get pending(): string | undefined {
    return this.#pending;
  }

  add(kind: RecordKind, payload: Buffer): void {
    switch (kind) {
      case 'S':
        this.#addSnapshot(payload);
        return;
      case 'E':
        this.#addEdit(payload);
        return;
      case 'C':
        if (payload.length > 0) this.#addEdit(payload);
        this.#pending = undefined;
        return;
      case 'P':
        this.#pending = payload.toString();
        return;
      case 'X':
        this.#pending = undefined;
    }
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
