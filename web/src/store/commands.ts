/**
 * Every change a person makes in a project. Each lays itself on the row and in the outbox in one transaction and is seen at once;
 * none waits for a network. What they answer is settled on this device, not on the server.
 */
import { newId } from '@/api/id';
import type { Id, InCharge, Level, May, Photo, Pin, Point, PointPatch, Report, ThingKind, ThingMap } from '@/api/types';
import type { BlobRow } from '@/db/db';
import { type Change, discard, record, retry } from '@/sync/journal';
import type { OpenProject } from './project';

export interface PointDraft {
  subject: string;
  description?: string;
  list_id?: Id;
  status_id?: Id;
  category_id?: Id | null;
  location_id?: Id | null;
  in_charge?: InCharge[];
  due?: string | null;
  urgent?: boolean;
  pin?: Pin | null;
}

/** A picture as the camera or a resize gave it. */
export interface NewPhoto {
  blob: Blob;
  width?: number;
  height?: number;
  /** When the picture was taken, if a resize lost its EXIF. */
  takenAt?: string;
}

export type Undo = () => Promise<void>;

const rank: Record<Level, number> = { subcontractor: 1, guest: 2, contributor: 3, manager: 4, administrator: 5 };

/** atLeast tells whether a level reaches another. Unknown is none. */
export function atLeast(level: Level | undefined, least: Level): boolean {
  return (level ? (rank[level] ?? 0) : 0) >= rank[least];
}

/** given leaves out what is null: a creation says only what is there. */
function given(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, v]) => v !== null && v !== undefined));
}

export type SettingKind = 'statuses' | 'locations' | 'categories' | 'roles' | 'lists';

export type Commands = ReturnType<typeof commands>;

export function commands(p: OpenProject) {
  const root = `/projects/${p.db.project}`;
  const path = (point: Id) => `${root}/points/${point}`;
  const now = () => new Date().toISOString();
  const write = (...changes: Change[]) => record(p.db, p.line, changes);
  const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;

  async function photoChange(point: Id, photo: NewPhoto): Promise<Change> {
    const id = newId();
    const blob: BlobRow = { id, data: await photo.blob.arrayBuffer(), type: photo.blob.type || 'image/jpeg' };
    if (photo.takenAt) blob.headers = { 'Taken-At': photo.takenAt };
    const shown: Photo = {
      id,
      width: photo.width ?? 0,
      height: photo.height ?? 0,
      taken_at: photo.takenAt ?? null,
      author_id: p.me,
      at: now(),
    };
    return {
      kind: 'points',
      thing: point,
      method: 'PUT',
      path: `${path(point)}/photos/${id}`,
      blob,
      op: { type: 'add-photo', photo: { ...shown } },
    };
  }

  return {
    /** createPoint answers the new point's id. Its number is the server's, and comes later. */
    async createPoint(draft: PointDraft, photos: NewPhoto[] = []): Promise<Id> {
      const id = newId();
      const manager = atLeast(p.project.level, 'manager');
      const may: May = { edit: true, status: true, comment: true, photo: true, delete: true, reserved: manager };
      const body = {
        subject: draft.subject,
        description: draft.description ?? '',
        list_id: draft.list_id ?? [...p.pool.list('lists')].sort(byOrder)[0]?.id,
        status_id: draft.status_id ?? [...p.pool.list('statuses')].sort(byOrder).find((s) => !s.closes && !s.managers_only)?.id,
        category_id: draft.category_id ?? null,
        location_id: draft.location_id ?? null,
        in_charge: draft.in_charge ?? [],
        due: draft.due ?? null,
        urgent: draft.urgent ?? false,
        pin: draft.pin ?? null,
      };
      const value = {
        ...body,
        id,
        project_id: p.db.project,
        number: null,
        sequence: null,
        version: 0,
        author_id: p.me,
        created_at: now(),
        changed_at: now(),
        closed_at: null,
        photos: [],
        comments: [],
        may,
      };
      const put: Change = { kind: 'points', thing: id, method: 'PUT', path: path(id), body: given(body), op: { type: 'put', value } };
      await write(put, ...(await Promise.all(photos.map((ph) => photoChange(id, ph)))));
      return id;
    },

    /** updatePoint changes fields. base is the version the edit was begun on; without it, the newest that this device knows. */
    async updatePoint(id: Id, fields: PointPatch, base?: number): Promise<Undo> {
      const before = p.pool.get('points', id);
      const old: PointPatch = {};
      if (before) for (const k of Object.keys(fields) as (keyof PointPatch)[]) Object.assign(old, { [k]: before[k] });
      await write({ kind: 'points', thing: id, method: 'PATCH', path: path(id), op: { type: 'patch', fields: { ...fields } }, base });
      return async () => {
        if (before) await write({ kind: 'points', thing: id, method: 'PATCH', path: path(id), op: { type: 'patch', fields: { ...old } } });
      };
    },

    async addComment(id: Id, text: string): Promise<void> {
      const comment = { id: newId(), text, author_id: p.me, at: now() };
      await write({
        kind: 'points',
        thing: id,
        method: 'PUT',
        path: `${path(id)}/comments/${comment.id}`,
        body: { text },
        op: { type: 'add-comment', comment },
      });
    },

    async addPhoto(id: Id, photo: NewPhoto): Promise<void> {
      await write(await photoChange(id, photo));
    },

    async removePhoto(id: Id, photo: Id): Promise<void> {
      await write({
        kind: 'points',
        thing: id,
        method: 'DELETE',
        path: `${path(id)}/photos/${photo}`,
        op: { type: 'remove-photo', photo },
      });
    },

    /** deletePoint answers how to take it back. */
    async deletePoint(id: Id): Promise<Undo> {
      const row = p.pool.get('points', id) as (Point & { _pending?: unknown }) | undefined;
      const entries = await p.db.outbox.where('[kind+thing]').equals(['points', id]).sortBy('seq');
      const blobs = (await p.db.blobs.bulkGet(entries.flatMap((e) => e.blob ?? []))).filter((b) => b !== undefined);
      await write({ kind: 'points', thing: id, method: 'DELETE', path: path(id), op: { type: 'delete' } });
      const forgotten =
        entries.some((e) => e.op.type === 'put') && !(await p.db.outbox.where('[kind+thing]').equals(['points', id]).count());
      return async () => {
        if (forgotten) {
          // It never left this device: enter its changes once more.
          const again = entries.map((e): Change => ({ ...e, blob: blobs.find((b) => b.id === e.blob) }));
          await write(...again);
        } else if (row) await this.restorePoint(id, row);
      };
    },

    async restorePoint(id: Id, row: Point): Promise<void> {
      const { _pending: _, ...value } = row as Point & { _pending?: unknown };
      await write({ kind: 'points', thing: id, method: 'POST', path: `${path(id)}/restore`, op: { type: 'restore', value } });
    },

    /** resolveConflict ends a conflict: 'theirs' leaves the server's value, 'mine' writes ours on the version that was shown. */
    async resolveConflict(id: Id, field: string, choice: 'mine' | 'theirs'): Promise<void> {
      const key = `${id}/${field}`;
      const c = await p.db.conflicts.get(key);
      if (!c) return;
      if (choice === 'mine') {
        await write({
          kind: c.kind,
          thing: id,
          method: 'PATCH',
          path: `${root}/${c.kind}/${id}`,
          op: { type: 'patch', fields: { [field]: c.mine } },
          base: c.version,
        });
      }
      await p.db.conflicts.delete(key);
      p.line.say({ type: 'rows', kind: c.kind, ids: [id] });
      p.line.say({ type: 'book' });
    },

    /** putSetting makes a status, location, category, role or list. */
    async putSetting<K extends SettingKind>(kind: K, value: Omit<ThingMap[K], 'id' | 'version'> & { id?: Id }): Promise<Id> {
      const { id = newId(), ...body } = value as Record<string, unknown> & { id?: Id };
      await write({
        kind,
        thing: id,
        method: 'PUT',
        path: `${root}/${kind}/${id}`,
        body: given(body),
        op: { type: 'put', value: { ...body, id, version: 0 } },
      });
      return id;
    },

    async changeSetting<K extends SettingKind>(kind: K, id: Id, fields: Partial<ThingMap[K]>): Promise<void> {
      await write({ kind, thing: id, method: 'PATCH', path: `${root}/${kind}/${id}`, op: { type: 'patch', fields: { ...fields } } });
    },

    async removeSetting(kind: SettingKind, id: Id): Promise<void> {
      await write({ kind, thing: id, method: 'DELETE', path: `${root}/${kind}/${id}`, op: { type: 'delete' } });
    },

    /** changeSheet renames a sheet or says where it is. */
    async changeSheet(id: Id, fields: { name?: string; number?: string; location_id?: Id | null }): Promise<void> {
      await write({
        kind: 'sheets',
        thing: id,
        method: 'PATCH',
        path: `${root}/sheets/${id}`,
        op: { type: 'patch', fields: { ...fields } },
      });
    },

    /** makeReport queues a report; the server makes it when it hears of it. */
    async makeReport(body: Record<string, unknown> & { title: string; locale: string }, points: number): Promise<Id> {
      const id = newId();
      const value: Report = {
        id,
        title: body.title,
        state: 'making',
        code: '',
        job_id: null,
        created_at: now(),
        author_id: p.me,
        points,
        pages: 0,
        replaced: 0,
        missing: 0,
        bytes: 0,
        version: 0,
        locale: body.locale as Report['locale'],
      };
      await write({
        kind: 'reports',
        thing: id,
        method: 'PUT',
        path: `${root}/reports/${id}`,
        body,
        op: { type: 'put', value: { ...value } },
      });
      return id;
    },

    async removeReport(id: Id): Promise<void> {
      await write({ kind: 'reports', thing: id, method: 'DELETE', path: `${root}/reports/${id}`, op: { type: 'delete' } });
    },

    /** What the server refused: send it once more, or let it go. */
    retry: (seq: number) => retry(p.db, p.line, seq),
    discard: (seq: number) => discard(p.db, p.line, seq),
  };
}

export type { ThingKind };
