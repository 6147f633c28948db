/**
 * Every change a person makes in a project. Each lays itself on the row and in the outbox in one transaction and is seen at once;
 * none waits for a network. What they answer is settled on this device, not on the server.
 */

import type { ReportKind } from '@/api/activity';
import { newId } from '@/api/id';
import type {
  Id,
  InCharge,
  Level,
  Markup,
  May,
  Photo,
  Pin,
  Point,
  PointList,
  PointPatch,
  Report,
  Shape,
  SheetMark,
  ThingKind,
  ThingMap,
} from '@/api/types';
import type { BlobRow } from '@/db/db';
import { batchSize } from '@/sync/engine';
import { type Change, discard, record, retry } from '@/sync/journal';
import type { OpenProject } from './project';
import type { OnActivities } from './said';

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

/** What somebody says of an activity. */
export interface ReportDraft {
  kind: ReportKind;
  percent?: number;
  until?: number | null;
  reason?: string;
  text?: string;
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

/** writable are the lists on which the viewer may make points, in their order. */
export function writable(lists: readonly PointList[]): PointList[] {
  return lists
    .filter((l) => !l.archived && atLeast(l.level, 'contributor'))
    .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
}

export type SettingKind = 'statuses' | 'locations' | 'categories' | 'roles' | 'lists' | 'views';

export type Commands = ReturnType<typeof commands>;

export function commands(p: OpenProject) {
  const root = `/projects/${p.db.project}`;
  const path = (point: Id) => `${root}/points/${point}`;
  const now = () => new Date().toISOString();
  const write = (...changes: Change[]) => record(p.db, p.line, changes);
  const onActivities = async () => (await import('./said')).onActivities(p, write, pictureOf);
  const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;

  /** Fifty at a time are laid down and in the outbox, so that the screen stays alive. */
  async function inBatches(changes: Change[]): Promise<void> {
    for (let from = 0; from < changes.length; from += batchSize) await write(...changes.slice(from, from + batchSize));
  }

  async function pictureOf(photo: NewPhoto): Promise<{ blob: BlobRow; shown: Photo }> {
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
    return { blob, shown };
  }

  async function photoChange(point: Id, photo: NewPhoto): Promise<Change> {
    const { blob, shown } = await pictureOf(photo);
    return {
      kind: 'points',
      thing: point,
      method: 'PUT',
      path: `${path(point)}/photos/${shown.id}`,
      blob,
      op: { type: 'add-photo', photo: { ...shown } },
    };
  }

  return {
    /** createPoint answers the new point's id. Its number is the server's, and comes later. */
    async createPoint(draft: PointDraft, photos: NewPhoto[] = []): Promise<Id> {
      const id = newId();
      const list = p.pool.get('lists', draft.list_id ?? writable(p.pool.list('lists'))[0]?.id);
      const manager = atLeast(list?.level ?? p.project.level, 'manager');
      const may: May = { edit: true, status: true, comment: true, photo: true, delete: true, reserved: manager };
      const body = {
        subject: draft.subject,
        description: draft.description ?? '',
        list_id: draft.list_id ?? writable(p.pool.list('lists'))[0]?.id,
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
        parent_id: null,
        related_ids: [],
        origin_id: null,
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

    /** movePoint puts a point on another list, which gives it a number. */
    async movePoint(id: Id, list_id: Id): Promise<Undo> {
      const from = p.pool.get('points', id)?.list_id;
      const move = (to: Id) =>
        write({
          kind: 'points',
          thing: id,
          method: 'POST',
          path: `${path(id)}/move`,
          body: { list_id: to },
          op: { type: 'move', list_id: to },
        });
      await move(list_id);
      return async () => {
        if (from) await move(from);
      };
    },

    /** movePoints puts many on another list, fifty at a time. One undo takes all of them back. */
    async movePoints(points: readonly Point[], list_id: Id): Promise<{ changed: Id[]; undo: Undo }> {
      const moves = (to: (p: Point) => Id) =>
        inBatches(
          points.map((p) => ({
            kind: 'points',
            thing: p.id,
            method: 'POST',
            path: `${path(p.id)}/move`,
            body: { list_id: to(p) },
            op: { type: 'move', list_id: to(p) },
          })),
        );
      await moves(() => list_id);
      return { changed: points.map((p) => p.id), undo: () => moves((p) => p.list_id) };
    },

    /**
     * relayPoints makes a copy of each on another list, and answers the copies. The server copies what it has; until it did, a copy shows
     * what this device has and cannot be edited.
     */
    async relayPoints(points: readonly Point[], list_id: Id): Promise<{ changed: Id[]; undo: Undo }> {
      const status_id = [...p.pool.list('statuses')].sort(byOrder).find((s) => !s.closes && !s.managers_only)?.id;
      const may: May = { edit: false, status: false, comment: true, photo: true, delete: true, reserved: false };
      const puts = points.map((of): Change => {
        const { _pending: _, ...copy } = of as Point & { _pending?: unknown };
        const id = newId();
        const made = { list_id, number: null, sequence: null, version: 0, author_id: p.me, created_at: now(), changed_at: now() };
        const own = { status_id, closed_at: null, in_charge: [], comments: [], markups: [], parent_id: null, related_ids: [] };
        return {
          kind: 'points',
          thing: id,
          method: 'PUT',
          path: `${path(of.id)}/relays/${id}`,
          body: { list_id },
          op: { type: 'put', value: { ...copy, ...made, ...own, id, origin_id: of.id, may } },
        };
      });
      await inBatches(puts);
      const changed = puts.map((c) => c.thing);
      return {
        changed,
        undo: async () => {
          for (const id of changed) await this.deletePoint(id);
        },
      };
    },

    /** setParent makes a point part of another, or with null of none. */
    async setParent(id: Id, parent_id: Id | null): Promise<Undo> {
      const before = p.pool.get('points', id)?.parent_id ?? null;
      const set = (to: Id | null) =>
        write({
          kind: 'points',
          thing: id,
          method: 'PUT',
          path: `${path(id)}/parent`,
          body: { parent_id: to },
          op: { type: 'parent', parent_id: to },
        });
      await set(parent_id);
      return () => set(before);
    },

    /** relate notes that two points belong together; unrelate takes it back, whichever of them says so. */
    async relate(id: Id, other: Id): Promise<Undo> {
      await write({ kind: 'points', thing: id, method: 'PUT', path: `${path(id)}/related/${other}`, op: { type: 'relate', other } });
      return async () => {
        await this.unrelate(id, other);
      };
    },

    async unrelate(id: Id, other: Id): Promise<Undo> {
      const [of, to] = p.pool.get('points', id)?.related_ids?.includes(other) ? [id, other] : [other, id];
      await write({ kind: 'points', thing: of, method: 'DELETE', path: `${path(of)}/related/${to}`, op: { type: 'unrelate', other: to } });
      return async () => {
        await this.relate(of, to);
      };
    },

    /**
     * updatePoints changes many: `edit` says what each gets, null leaves it. Fifty at a time are laid down and in the outbox, so that the
     * screen stays alive. One undo takes all of them back.
     */
    async updatePoints(
      points: readonly Point[],
      edit: (p: Point) => PointPatch | null,
      says: (done: number) => void = () => undefined,
    ): Promise<{ changed: Id[]; undo: Undo }> {
      const changed: Id[] = [];
      const back: { id: Id; old: PointPatch }[] = [];
      const patches = points.flatMap((p) => {
        const patch = edit(p);
        return patch && Object.keys(patch).length > 0 ? [{ p, patch }] : [];
      });
      const change = (id: Id, fields: PointPatch): Change => ({
        kind: 'points',
        thing: id,
        method: 'PATCH',
        path: path(id),
        op: { type: 'patch', fields: { ...fields } },
      });
      for (let from = 0; from < patches.length; from += batchSize) {
        const some = patches.slice(from, from + batchSize);
        for (const { p, patch } of some) {
          const old: PointPatch = {};
          for (const k of Object.keys(patch) as (keyof PointPatch)[]) Object.assign(old, { [k]: p[k] });
          changed.push(p.id);
          back.push({ id: p.id, old });
        }
        await write(...some.map(({ p, patch }) => change(p.id, patch)));
        says(changed.length);
      }
      return {
        changed,
        undo: async () => {
          for (let from = 0; from < back.length; from += batchSize)
            await write(...back.slice(from, from + batchSize).map((b) => change(b.id, b.old)));
        },
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

    async addPhoto(id: Id, photo: NewPhoto): Promise<Undo> {
      const change = await photoChange(id, photo);
      await write(change);
      return async () => {
        if (change.blob) await this.removePhoto(id, change.blob.id);
      };
    },

    /** removePhoto answers how to put it back: under a new id, from the copy on this device; null where there is none. */
    async removePhoto(id: Id, photo: Id): Promise<Undo | null> {
      const was = p.pool.get('points', id)?.photos.find((x) => x.id === photo);
      const copy = await p.photos.copy(photo);
      await write({
        kind: 'points',
        thing: id,
        method: 'DELETE',
        path: `${path(id)}/photos/${photo}`,
        op: { type: 'remove-photo', photo },
      });
      if (!copy || !was) return null;
      return async () => {
        await this.addPhoto(id, { blob: copy, width: was.width, height: was.height, ...(was.taken_at && { takenAt: was.taken_at }) });
      };
    },

    /** mark draws over a photo of a point, or over the sheet of its pin; no shapes erase. */
    async mark(id: Id, on: Markup['on'], target: Id, shapes: Shape[]): Promise<Undo> {
      const before = p.pool.get('points', id)?.markups?.find((m) => m.target_id === target);
      const draw = (next: Shape[]) => {
        const base = p.pool.get('points', id)?.markups?.find((m) => m.target_id === target)?.version ?? 0;
        const markup = { on, target_id: target, shapes: next, author_id: p.me, at: now(), version: base };
        return write({
          kind: 'points',
          thing: id,
          method: 'PUT',
          path: `${path(id)}/markups/${target}`,
          body: { on, base, shapes: next },
          op: { type: 'mark', markup },
        });
      };
      await draw(shapes);
      return () => draw(before?.shapes ?? []);
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

    /** putView saves a view of the list. */
    async putView(view: { name: string; query: string; shared: boolean }): Promise<Id> {
      const id = newId();
      await write({
        kind: 'views',
        thing: id,
        method: 'PUT',
        path: `${root}/views/${id}`,
        body: { ...view },
        op: { type: 'put', value: { ...view, id, owner_id: p.me, version: 0 } },
      });
      return id;
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

    /** putList makes a list. Its level is the viewer's: who makes a closed one administers it. */
    async putList(fields: Pick<PointList, 'code' | 'name' | 'order' | 'numbering' | 'closed'>): Promise<Id> {
      const id = newId();
      const level = fields.closed ? 'administrator' : p.project.level;
      await write({
        kind: 'lists',
        thing: id,
        method: 'PUT',
        path: `${root}/lists/${id}`,
        body: { ...fields },
        op: { type: 'put', value: { ...fields, id, occurrence: 1, archived: false, level, version: 0 } },
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

    /** layMark lays a room, the scale or a link onto a sheet, and answers how to take it back. */
    async layMark(sheet: Id, mark: SheetMark): Promise<Undo> {
      const before = p.pool.get('sheets', sheet)?.marks?.find((m) => m.id === mark.id || (m.kind === 'scale' && mark.kind === 'scale'));
      const { id, ...body } = mark;
      await write({
        kind: 'sheets',
        thing: sheet,
        method: 'PUT',
        path: `${root}/sheets/${sheet}/marks/${id}`,
        body: given(body),
        op: { type: 'lay', mark: { ...mark } },
      });
      return async () => void (await (before ? this.layMark(sheet, before) : this.liftMark(sheet, mark)));
    },

    async liftMark(sheet: Id, mark: SheetMark): Promise<Undo> {
      await write({
        kind: 'sheets',
        thing: sheet,
        method: 'DELETE',
        path: `${root}/sheets/${sheet}/marks/${mark.id}`,
        op: { type: 'lift', mark: mark.id },
      });
      return async () => void (await this.layMark(sheet, mark));
    },

    /** makeReport queues a report, in one or more languages and formats; the server makes them when it hears of it. */
    async makeReport(
      body: Record<string, unknown> & { title: string },
      files: { locale: string; format: Report['format'] }[],
      points: number,
    ): Promise<Id> {
      const [first = { locale: 'en', format: 'pdf' as const }, ...more] = files;
      const id = newId();
      const value: Report = {
        id,
        title: body.title,
        format: first.format,
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
        locale: first.locale as Report['locale'],
      };
      await write({
        kind: 'reports',
        thing: id,
        method: 'PUT',
        path: `${root}/reports/${id}`,
        body: { ...body, ...first, also: more.map((m) => ({ ...m, id: newId() })) },
        op: { type: 'put', value: { ...value } },
      });
      return id;
    },

    async removeReport(id: Id): Promise<void> {
      await write({ kind: 'reports', thing: id, method: 'DELETE', path: `${root}/reports/${id}`, op: { type: 'delete' } });
    },

    /** What is said of activities: apart, since no first screen needs it. */
    report: async (...said: Parameters<OnActivities['report']>): Promise<Undo> => (await onActivities()).report(...said),
    commentOn: async (...said: Parameters<OnActivities['commentOn']>): Promise<void> => (await onActivities()).commentOn(...said),
    block: async (...said: Parameters<OnActivities['block']>): Promise<Undo> => (await onActivities()).block(...said),
    unblock: async (...said: Parameters<OnActivities['unblock']>): Promise<Undo> => (await onActivities()).unblock(...said),

    /** What the server refused: send it once more, or let it go. */
    retry: (seq: number) => retry(p.db, p.line, seq),
    discard: (seq: number) => discard(p.db, p.line, seq),
  };
}

export type { ThingKind };
