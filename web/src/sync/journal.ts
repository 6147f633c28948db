/**
 * The outbox's book-keeping: a change is laid on its row and written to the outbox in one transaction, so that neither exists without
 * the other. Nothing here speaks to the network.
 *
 * Bases. A patch carries the version of the server's copy that it was made on. An unsent patch takes further edits of the same fields in
 * (one change, the first base). A change that was sent is never altered: an edit of the same field after that waits for the answer and
 * takes its version as base, so that nobody conflicts with themselves.
 */
import { newId } from '@/api/id';
import type { FieldConflict, Id, Instant, MutationResult, ThingKind } from '@/api/types';
import type { Line } from '@/db/announce';
import { again, type BlobRow, type ConflictRow, type Op, type OutboxEntry, type ProjectDb, type Row } from '@/db/db';
import { apply, shown } from './apply';

type Value = Record<string, unknown>;

export interface Change {
  kind: ThingKind;
  thing: Id;
  op: Op;
  method: OutboxEntry['method'];
  path: string;
  body?: Value;
  /** A patch's base; without it, the server's copy as known now. */
  base?: number;
  blob?: BlobRow;
}

/** record lays changes on their rows and puts them in the outbox, all or nothing. */
export async function record(db: ProjectDb, line: Line, changes: Change[], now: Date = new Date()): Promise<void> {
  const kinds = [...new Set(changes.map((c) => c.kind))];
  const touched = new Map(changes.map((c) => [`${c.kind}/${c.thing}`, c]));
  await again(db, () =>
    db.transaction('rw', [db.outbox, db.shadows, db.blobs, ...kinds.map((k) => db.table(k))], async () => {
      for (const change of changes) await enter(db, change, now.toISOString());
      for (const c of touched.values()) await rebase(db, c.kind, c.thing);
    }),
  );
  for (const kind of kinds) line.say({ type: 'rows', kind, ids: changes.filter((c) => c.kind === kind).map((c) => c.thing) });
  line.say({ type: 'book' });
  line.say({ type: 'nudge' });
}

async function enter(db: ProjectDb, c: Change, at: Instant): Promise<void> {
  const shadow = (await db.shadows.get([c.kind, c.thing])) ?? {
    kind: c.kind,
    id: c.thing,
    value: strip(await db.table(c.kind).get(c.thing)),
  };
  await db.shadows.put(shadow);
  const entries = await entriesOf(db, c.kind, c.thing);
  if (c.op.type === 'patch') return enterPatch(db, c, c.op.fields, entries, Number(shadow.value?.version ?? 0), at);
  if (c.op.type === 'delete' && (await forget(db, entries))) return;
  if (c.op.type === 'remove-photo') {
    const photo = c.op.photo;
    const added = entries.find((e) => e.op.type === 'add-photo' && e.op.photo.id === photo && (e.sent === 0 || e.state === 'rejected'));
    if (added) return drop(db, [added]);
  }
  if (c.op.type === 'move' && (await enterMove(db, c.op.list_id, entries))) return;
  if (c.op.type === 'restore') {
    const deleted = entries.find((e) => e.op.type === 'delete' && (e.sent === 0 || e.state === 'rejected'));
    if (deleted) return drop(db, [deleted]);
  }
  if (c.blob) await db.blobs.put(c.blob);
  await db.outbox.add(entry(c, at, { blob: c.blob?.id }));
}

/** What the server never heard of needs no deletion: its changes are taken back. */
async function forget(db: ProjectDb, entries: OutboxEntry[]): Promise<boolean> {
  const put = entries.find((e) => e.op.type === 'put');
  if (!put || (put.sent === 1 && put.state !== 'rejected')) return false;
  await drop(db, entries);
  return true;
}

async function drop(db: ProjectDb, entries: OutboxEntry[]): Promise<void> {
  await db.outbox.bulkDelete(entries.flatMap((e) => e.seq ?? []));
  await db.blobs.bulkDelete(entries.flatMap((e) => e.blob ?? []));
}

/** What was not sent goes to the last list at once: a point that the server never heard of is made there. */
async function enterMove(db: ProjectDb, list_id: Id, entries: OutboxEntry[]): Promise<boolean> {
  const put = entries.find((e) => e.op.type === 'put' && (e.sent === 0 || e.state === 'rejected'));
  if (put?.op.type === 'put') {
    await db.outbox.update(put.seq ?? 0, { body: { ...put.body, list_id }, op: { type: 'put', value: { ...put.op.value, list_id } } });
    return true;
  }
  const move = entries.find((e) => e.op.type === 'move' && e.sent === 0 && e.state === 'waiting');
  if (!move) return false;
  await db.outbox.update(move.seq ?? 0, { body: { list_id }, op: { type: 'move', list_id } });
  return true;
}

async function enterPatch(db: ProjectDb, c: Change, fields: Value, entries: OutboxEntry[], known: number, at: Instant): Promise<void> {
  const open = entries.filter((e) => e.state === 'waiting');
  const put = entries.find((e) => e.op.type === 'put');
  if (put && (put.sent === 0 || put.state === 'rejected') && put.op.type === 'put') {
    await db.outbox.update(put.seq ?? 0, { body: { ...put.body, ...fields }, op: { type: 'put', value: { ...put.op.value, ...fields } } });
    return;
  }
  const groups = new Map<string, { base?: number; after?: Id; fields: Value }>();
  for (const [name, value] of Object.entries(fields)) {
    const unsent = open.find((e) => e.sent === 0 && e.op.type === 'patch' && name in e.op.fields);
    if (unsent?.op.type === 'patch') {
      unsent.op.fields[name] = value;
      unsent.body = { ...unsent.body, [name]: value };
      await db.outbox.update(unsent.seq ?? 0, { op: unsent.op, body: unsent.body });
      continue;
    }
    const flying = open.findLast((e) => e.sent === 1 && (e.op.type === 'put' || (e.op.type === 'patch' && name in e.op.fields)));
    const base = flying ? undefined : (c.base ?? known);
    const key = flying ? flying.id : String(base);
    const group = groups.get(key) ?? { base, after: flying?.id, fields: {} };
    group.fields[name] = value;
    groups.set(key, group);
  }
  for (const g of groups.values()) {
    const same = open.find((e) => e.sent === 0 && e.op.type === 'patch' && e.after === g.after && e.body?.base === g.base);
    if (same?.op.type === 'patch') {
      await db.outbox.update(same.seq ?? 0, {
        op: { type: 'patch', fields: { ...same.op.fields, ...g.fields } },
        body: { ...same.body, ...g.fields },
      });
      continue;
    }
    const body = g.base === undefined ? { ...g.fields } : { base: g.base, ...g.fields };
    await db.outbox.add(entry({ ...c, op: { type: 'patch', fields: g.fields }, body }, at, { after: g.after }));
  }
}

function entry(c: Change, at: Instant, more: Partial<OutboxEntry>): OutboxEntry {
  const e: OutboxEntry = {
    id: newId(),
    kind: c.kind,
    thing: c.thing,
    method: c.method,
    path: c.path,
    body: c.body,
    op: c.op,
    at,
    sent: 0,
    state: 'waiting',
    tries: 0,
    ...more,
  };
  return e;
}

export async function entriesOf(db: ProjectDb, kind: ThingKind, thing: Id): Promise<OutboxEntry[]> {
  return db.outbox.where('[kind+thing]').equals([kind, thing]).sortBy('seq');
}

/** rebase lays what waits on the server's copy again. Call it inside a transaction over outbox, shadows and the kind's table. */
export async function rebase(db: ProjectDb, kind: ThingKind, thing: Id): Promise<void> {
  const shadow = await db.shadows.get([kind, thing]);
  if (!shadow) return;
  const entries = await entriesOf(db, kind, thing);
  const row = shown(shadow.value, entries);
  if (row) await db.table(kind).put(row);
  else await db.table(kind).delete(thing);
  if (entries.length === 0) await db.shadows.delete([kind, thing]);
}

function strip(row: Row<Value> | undefined): Value | null {
  if (!row) return null;
  const { _pending: _, ...rest } = row;
  return rest;
}

/** settle books the server's answer to one entry. */
export async function settle(db: ProjectDb, line: Line, e: OutboxEntry, r: MutationResult): Promise<void> {
  if (r.status === 'retry') return;
  // A conflict with an error's status changed nothing (in use, changed meanwhile): that is a refusal for a person to see.
  const rejected = r.status === 'rejected' || r.http >= 400;
  const key: [ThingKind, Id] = [e.kind, e.thing];
  await again(db, () =>
    db.transaction('rw', [db.outbox, db.shadows, db.blobs, db.photos, db.conflicts, db.table(e.kind)], async () => {
      if (rejected) {
        await db.outbox.update(e.seq ?? 0, { state: 'rejected', code: r.code ?? 'rejected', fields: r.fields ?? [] });
        if (e.op.type !== 'put') await release(db, e, undefined);
        await rebase(db, ...key);
        return;
      }
      const shadow = (await db.shadows.get(key)) ?? { kind: e.kind, id: e.thing, value: null };
      const lost = (r.conflicts ?? []).map((c) => (typeof c === 'string' ? named(c, r) : c));
      shadow.value = answered(shadow.value, e, r, lost);
      await db.shadows.put(shadow);
      for (const c of lost) await db.conflicts.put(conflictRow(e, c));
      await release(db, e, r.version, lost);
      if (e.blob) await keepPhoto(db, e);
      await db.outbox.delete(e.seq ?? 0);
      await rebase(db, ...key);
    }),
  );
  line.say({ type: 'rows', kind: e.kind, ids: [e.thing] });
  line.say({ type: 'book' });
}

/** The server's copy after its answer: from the body where it is there, else ours with the taken change in it. */
function answered(now: Value | null, e: OutboxEntry, r: MutationResult, lost: FieldConflict[]): Value | null {
  // The thing itself, or beside the conflicts: {"point": {…}, "conflicts": […]}. A repeated change is answered with id and version alone.
  const body = r.body as Value | undefined;
  const unknown = e.op.type === 'put' ? e.op.value : e.kind === 'activities' ? { reports: [] } : { subject: '' };
  const known = Object.keys(now ?? unknown);
  const whole = [body, ...Object.values(body ?? {})].find(
    (v): v is Value => (v as Value | null)?.id === e.thing && known.every((k) => k in (v as Value)),
  );
  if (whole && typeof whole.version === 'number' && whole.version >= Number(now?.version ?? 0)) return whole;
  let next = now;
  if (e.op.type === 'patch') {
    const taken = { ...e.op.fields };
    for (const c of lost) {
      delete taken[c.field];
      if (c.theirs !== undefined) taken[c.field] = c.theirs;
    }
    next = apply(now, { type: 'patch', fields: taken });
  } else next = apply(now, e.op);
  return next && r.version !== undefined ? { ...next, version: Math.max(r.version, Number(next.version ?? 0)) } : next;
}

/** A repeated change is answered from memory, which holds the names of the fields and nothing more; the pull brings their values. */
function named(field: string, r: MutationResult): FieldConflict {
  return { field, theirs: undefined, mine: undefined, version: r.version ?? 0, actor_id: '', at: '' };
}

function conflictRow(e: OutboxEntry, c: FieldConflict): ConflictRow {
  const mine = c.mine !== undefined ? c.mine : e.op.type === 'patch' ? e.op.fields[c.field] : undefined;
  return {
    key: `${e.thing}/${c.field}`,
    kind: e.kind,
    thing: e.thing,
    field: c.field,
    theirs: c.theirs,
    mine,
    version: c.version,
    actor_id: c.actor_id,
    at: c.at,
  };
}

/** release gives the changes that waited for e's answer their base. A field that conflicted keeps the old one: it shall conflict again. */
async function release(db: ProjectDb, e: OutboxEntry, version: number | undefined, lost: FieldConflict[] = []): Promise<void> {
  for (const next of await entriesOf(db, e.kind, e.thing)) {
    if (next.after !== e.id || next.op.type !== 'patch') continue;
    const fields = next.op.fields;
    const again = lost.some((c) => c.field in fields);
    const shadow = await db.shadows.get([e.kind, e.thing]);
    const base = again ? Number(e.body?.base ?? 0) : (version ?? Number(shadow?.value?.version ?? 1));
    await db.outbox.update(next.seq ?? 0, { after: undefined, body: { base, ...fields } });
  }
}

/** A sent photo stays on the device as a copy that may be thrown away; one that the browser cannot draw comes back from the server. */
async function keepPhoto(db: ProjectDb, e: OutboxEntry): Promise<void> {
  const blob = e.blob ? await db.blobs.get(e.blob) : undefined;
  if (!blob) return;
  if (blob.type !== 'image/heic' && blob.type !== 'image/tiff')
    await db.photos.put({ key: `${blob.id}/full`, photo: blob.id, data: blob.data, type: blob.type, used: Date.now() });
  await db.blobs.delete(blob.id);
}

/** retry sends a refused entry once more, under a new id: the server remembers its answer to the old one. */
export async function retry(db: ProjectDb, line: Line, seq: number): Promise<void> {
  await again(db, () =>
    db.transaction('rw', [db.outbox, db.shadows, ...allKinds(db)], async () => {
      const e = await db.outbox.get(seq);
      if (e?.state !== 'rejected') return;
      await db.outbox.update(seq, { state: 'waiting', sent: 0, tries: 0, id: newId(), code: undefined, fields: undefined });
      await rebase(db, e.kind, e.thing);
    }),
  );
  line.say({ type: 'all' });
  line.say({ type: 'book' });
  line.say({ type: 'nudge' });
}

/** takeBack drops changes of a thing that were not sent yet; false when one of them was, or there is none. */
export async function takeBack(db: ProjectDb, line: Line, kind: ThingKind, thing: Id, which: (op: Op) => boolean): Promise<boolean> {
  const done = await again(db, () =>
    db.transaction('rw', [db.outbox, db.shadows, db.blobs, db.table(kind)], async () => {
      const own = (await entriesOf(db, kind, thing)).filter((e) => which(e.op));
      if (own.length === 0 || own.some((e) => e.sent === 1)) return false;
      await drop(db, own);
      await rebase(db, kind, thing);
      return true;
    }),
  );
  if (done) {
    line.say({ type: 'rows', kind, ids: [thing] });
    line.say({ type: 'book' });
  }
  return done;
}

/** discard throws a refused entry away; a refused creation takes what was added to it along, a report its photos. */
export async function discard(db: ProjectDb, line: Line, seq: number): Promise<void> {
  await again(db, () =>
    db.transaction('rw', [db.outbox, db.shadows, db.blobs, ...allKinds(db)], async () => {
      const e = await db.outbox.get(seq);
      if (e?.state !== 'rejected') return;
      const { op } = e;
      const own = await entriesOf(db, e.kind, e.thing);
      const with_ = (x: OutboxEntry) => op.type === 'report' && x.op.type === 'report-photo' && x.op.report === op.report.id;
      await drop(db, op.type === 'put' ? own : own.filter((x) => x.seq === seq || with_(x)));
      await rebase(db, e.kind, e.thing);
    }),
  );
  line.say({ type: 'all' });
  line.say({ type: 'book' });
}

function allKinds(db: ProjectDb) {
  return db.tables.filter((t) => !['outbox', 'shadows', 'blobs', 'conflicts', 'photos', 'entries', 'meta'].includes(t.name));
}
