/**
 * What a waiting change does to a thing. Pure, and harmless when done twice: the same change may be laid on a copy that has it already.
 */
import type { Op, OutboxEntry, Pending } from '@/db/db';
import { blocked, reported, unblocked, withPhoto } from './site';

type Value = Record<string, unknown>;
type Part = Value & { id: string };

export function apply(value: Value | null, op: Op): Value | null {
  switch (op.type) {
    case 'put':
      return { ...op.value, ...(value ?? {}) };
    case 'restore':
      return value ?? { ...op.value };
    case 'patch':
      return value && { ...value, ...op.fields };
    case 'delete':
      return null;
    case 'move':
      return value && (value.list_id === op.list_id ? value : { ...value, list_id: op.list_id, number: null });
    case 'parent':
      return value && { ...value, parent_id: op.parent_id };
    case 'relate':
      return value && { ...value, related_ids: [...ids(value.related_ids).filter((x) => x !== op.other), op.other] };
    case 'unrelate':
      return value && { ...value, related_ids: ids(value.related_ids).filter((x) => x !== op.other) };
    case 'add-comment':
      return value && { ...value, comments: withPart(value.comments, op.comment) };
    case 'add-photo':
      return value && { ...value, photos: withPart(value.photos, op.photo) };
    case 'report':
      return reported(value ?? op.on, op.report);
    case 'report-photo':
      return value && withPhoto(value, op.report, op.photo);
    case 'block':
      return blocked(value ?? op.on, op.block);
    case 'unblock':
      return unblocked(value ?? op.on, op.point);
    case 'mark': {
      const { markup } = op;
      const others = (Array.isArray(value?.markups) ? (value.markups as Value[]) : []).filter((m) => m.target_id !== markup.target_id);
      return value && { ...value, markups: markup.shapes.length > 0 ? [...others, markup] : others };
    }
    case 'lay': {
      // A sheet has one scale.
      const others = parts(value?.marks).filter((m) => m.id !== op.mark.id && !(m.kind === 'scale' && op.mark.kind === 'scale'));
      return value && { ...value, marks: [...others, op.mark] };
    }
    case 'lift':
      return value && { ...value, marks: parts(value.marks).filter((m) => m.id !== op.mark) };
    case 'remove-photo':
      return value && { ...value, photos: parts(value.photos).filter((p) => p.id !== op.photo) };
  }
}

function parts(list: unknown): Part[] {
  return Array.isArray(list) ? (list as Part[]) : [];
}

function ids(list: unknown): string[] {
  return Array.isArray(list) ? (list as string[]) : [];
}

function withPart(list: unknown, part: Part): Part[] {
  const now = parts(list);
  return now.some((p) => p.id === part.id) ? now : [...now, part];
}

/**
 * shown is the row for the screen: the server's copy with the waiting changes on top. A refused change is not shown, but a refused
 * creation is: what someone wrote does not vanish because the server said no.
 */
export function shown(server: Value | null, entries: OutboxEntry[]): (Value & { _pending?: Pending }) | null {
  let row = server;
  let pending: Pending | undefined;
  let refused = false;
  for (const e of entries) {
    if (e.state === 'rejected') {
      pending = 'rejected';
      if (e.op.type === 'put') refused = true;
      else if (!refused) continue;
    } else pending ??= 'waiting';
    row = apply(row, e.op);
  }
  if (!row) return null;
  const { _pending: _, ...clean } = row;
  return pending ? { ...clean, _pending: pending } : clean;
}
