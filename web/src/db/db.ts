/**
 * What a device keeps. One database an account and project (so that leaving one removes it whole), and one small one for who is signed in.
 *
 * A thing's row is what the screen shows: the server's copy with the waiting changes laid on top. While changes of a thing wait, the
 * server's own copy stands beside it in `shadows`; that is what a pull replaces and what the waiting changes are laid on again.
 * The outbox is never dropped by an upgrade of this schema: a version may add tables and indexes, not remove `outbox` or `blobs`.
 */
import Dexie, { type Table } from 'dexie';
import type { Entry, FieldProblem, Id, Instant, Project, Session, ThingKind, ThingMap } from '@/api/types';

/** A row carries a mark while the server has not taken all of it. */
export type Pending = 'waiting' | 'rejected';
export type Row<T> = T & { _pending?: Pending };

/** What a waiting change does to its thing; see apply.ts. */
export type Op =
  | { type: 'put'; value: Record<string, unknown> }
  | { type: 'patch'; fields: Record<string, unknown> }
  | { type: 'delete' }
  | { type: 'move'; list_id: Id }
  | { type: 'parent'; parent_id: Id | null }
  | { type: 'relate'; other: Id }
  | { type: 'unrelate'; other: Id }
  | { type: 'restore'; value: Record<string, unknown> }
  | { type: 'add-comment'; comment: Record<string, unknown> & { id: Id } }
  | { type: 'add-photo'; photo: Record<string, unknown> & { id: Id } }
  | { type: 'remove-photo'; photo: Id }
  | { type: 'report'; report: Record<string, unknown> & { id: Id }; on: Record<string, unknown> }
  | { type: 'report-photo'; report: Id; photo: Record<string, unknown> & { id: Id } }
  | { type: 'block'; block: Record<string, unknown> & { point_id: Id }; on: Record<string, unknown> }
  | { type: 'unblock'; point: Id; on: Record<string, unknown> }
  | { type: 'lay'; mark: Record<string, unknown> & { id: Id; kind: string } }
  | { type: 'lift'; mark: Id }
  | { type: 'mark'; markup: Record<string, unknown> & { target_id: Id; shapes: unknown[] } };

export interface OutboxEntry {
  seq?: number;
  /** The mutation's id: the server remembers it, so sending twice is harmless. */
  id: Id;
  kind: ThingKind;
  thing: Id;
  method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  /** Below /api/v1. */
  path: string;
  body?: Record<string, unknown>;
  /** A raw upload: the key into blobs. */
  blob?: Id;
  op: Op;
  at: Instant;
  /** Once sent it may be known to the server: it is never altered again. */
  sent: 0 | 1;
  /** A change made on fields that a sent, unanswered change carries: its base is that change's answer. */
  after?: Id;
  state: 'waiting' | 'rejected';
  tries: number;
  code?: string;
  fields?: FieldProblem[];
}

export interface BlobRow {
  id: Id;
  /** ArrayBuffer, not Blob: Safari loses Blobs in IndexedDB. */
  data: ArrayBuffer;
  type: string;
  headers?: Record<string, string>;
}

export interface Shadow {
  kind: ThingKind;
  id: Id;
  /** null: the server has no such thing for us (not yet, or no more). */
  value: Record<string, unknown> | null;
}

export interface ConflictRow {
  /** thing/field: a newer conflict of the same field takes the older one's place. */
  key: string;
  kind: ThingKind;
  thing: Id;
  field: string;
  theirs: unknown;
  mine: unknown;
  version: number;
  actor_id: Id;
  at: Instant;
}

export interface PhotoRow {
  /** photo id and size: "<id>/thumb" */
  key: string;
  photo: Id;
  data: ArrayBuffer;
  type: string;
  used: number;
}

export interface EntryRow extends Entry {
  n?: number;
}

export interface MetaRow {
  key: string;
  value: unknown;
}

export type ThingTables = { [K in ThingKind]: Table<Row<ThingMap[K]>, Id> };

export class ProjectDb extends Dexie {
  declare outbox: Table<OutboxEntry, number>;
  declare blobs: Table<BlobRow, Id>;
  declare shadows: Table<Shadow, [ThingKind, Id]>;
  declare conflicts: Table<ConflictRow, string>;
  declare photos: Table<PhotoRow, string>;
  declare entries: Table<EntryRow, number>;
  declare meta: Table<MetaRow, string>;

  constructor(
    readonly account: Id,
    readonly project: Id,
  ) {
    super(projectDbName(account, project));
    this.version(1).stores({
      statuses: 'id',
      categories: 'id',
      locations: 'id',
      roles: 'id',
      lists: 'id',
      companies: 'id',
      people: 'id',
      drawings: 'id',
      sheets: 'id',
      reports: 'id',
      points: 'id',
      outbox: '++seq, id, [kind+thing], state',
      blobs: 'id',
      shadows: '[kind+id]',
      conflicts: 'key, thing',
      photos: 'key, photo, used',
      entries: '++n, at',
      meta: 'key',
    });
    this.version(2).stores({ views: 'id' });
    this.version(3).stores({ programmes: 'id' });
    this.version(4).stores({ activities: 'id' });
  }

  things<K extends ThingKind>(kind: K): ThingTables[K] {
    return this.table(kind) as ThingTables[K];
  }
}

export function projectDbName(account: Id, project: Id): string {
  return `plumbline/${account}/${project}`;
}

/** Who is signed in on this device, and which projects they have. */
export class DeviceDb extends Dexie {
  declare meta: Table<MetaRow, string>;

  constructor(name = 'plumbline') {
    super(name);
    this.version(1).stores({ meta: 'key' });
  }
}

/** What the device remembers, by key. */
export interface Kept {
  session: Session;
  projects: Project[];
  /** The project last open, to come back to. */
  last: Id;
}

export async function keep<K extends keyof Kept>(db: DeviceDb, key: K, value: Kept[K]): Promise<void> {
  await db.meta.put({ key, value });
}

export async function kept<K extends keyof Kept>(db: DeviceDb, key: K): Promise<Kept[K] | undefined> {
  return (await db.meta.get(key))?.value as Kept[K] | undefined;
}

/** projectDatabases lists the databases this account has on the device. */
export async function projectDatabases(account: Id): Promise<Id[]> {
  const prefix = `plumbline/${account}/`;
  return (await Dexie.getDatabaseNames()).filter((n) => n.startsWith(prefix)).map((n) => n.slice(prefix.length));
}

/**
 * again runs a piece of database work, and once more after reopening when the browser closed the database under us
 * (iOS does on wake-up). Work must be safe to repeat: a transaction that failed did nothing.
 */
export async function again<T>(db: Dexie, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (e) {
    const name = e instanceof Error ? e.name : '';
    if (name !== 'DatabaseClosedError' && name !== 'UnknownError' && name !== 'InvalidStateError') throw e;
    db.close({ disableAutoOpen: false });
    await db.open();
    return work();
  }
}
