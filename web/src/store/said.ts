/** What people say of activities, written as the other changes of a device are. */
import type { Activity, ActivityReport, ReportKind } from '@/api/activity';
import { newId } from '@/api/id';
import type { Id, Photo } from '@/api/types';
import type { BlobRow } from '@/db/db';
import { type Change, takeBack } from '@/sync/journal';
import type { NewPhoto, ReportDraft, Undo } from './commands';
import type { OpenProject } from './project';

const now = () => new Date().toISOString();

export type OnActivities = ReturnType<typeof onActivities>;

export function onActivities(
  p: OpenProject,
  write: (...changes: Change[]) => Promise<unknown>,
  pictureOf: (photo: NewPhoto) => Promise<{ blob: BlobRow; shown: Photo }>,
) {
  const root = `/projects/${p.db.project}`;
  return {
    /**
     * report says something of an activity. What was said stays said; the way back is not to send it, or to say the opposite.
     */
    async report(on: Activity, draft: ReportDraft, photos: NewPhoto[] = []): Promise<Undo> {
      const { _pending: _, ...before } = on as Activity & { _pending?: unknown };
      const id = newId();
      const { percent = null, until = null, reason = '', text = '' } = draft;
      const report: ActivityReport = {
        ...{ id, kind: draft.kind, percent, started: null, finished: null, until, reason, text },
        ...{ author_id: p.me, at: now(), photos: [] },
      };
      const at = `${root}/activities/${on.id}/reports/${id}`;
      const body = given({ kind: draft.kind, percent, until, ...(reason && { reason }), ...(text && { text }) });
      const base = { kind: 'activities', thing: on.id, method: 'PUT' } as const;
      const pictures = await Promise.all(
        photos.map(async (photo): Promise<Change> => {
          const { blob, shown } = await pictureOf(photo);
          return { ...base, path: `${at}/photos/${shown.id}`, blob, op: { type: 'report-photo', report: id, photo: { ...shown } } };
        }),
      );
      await write({ ...base, path: at, body, op: { type: 'report', report: { ...report }, on: before } }, ...pictures);
      return async () => {
        const unsent = await takeBack(
          p.db,
          p.line,
          'activities',
          on.id,
          (op) => (op.type === 'report' && op.report.id === id) || (op.type === 'report-photo' && op.report === id),
        );
        if (unsent) return;
        const problem = before.reports.findLast((r) => r.kind === 'problem');
        const back: Record<ReportKind, ReportDraft> = {
          progress: { kind: 'progress', percent: before.percent },
          problem: { kind: 'solved' },
          solved: { kind: 'problem', reason: problem?.reason ?? '', text: problem?.text || (problem?.reason ? '' : '–') },
          'sign-off': { kind: 'reopen' },
          reject: { kind: 'progress', percent: 100 },
          reopen: { kind: 'sign-off' },
        };
        await this.report(p.pool.get('activities', on.id) ?? before, back[draft.kind]);
      };
    },

    async commentOn(on: Activity, text: string): Promise<void> {
      const comment = { id: newId(), text, author_id: p.me, at: now() };
      await write({
        kind: 'activities',
        thing: on.id,
        method: 'PUT',
        path: `${root}/activities/${on.id}/comments/${comment.id}`,
        body: { text },
        op: { type: 'add-comment', comment },
      });
    },

    /** block lets a point block an activity; unblock takes it back. */
    async block(on: Activity, point: Id): Promise<Undo> {
      const { _pending: _, ...before } = on as Activity & { _pending?: unknown };
      const status = p.pool.get('statuses', p.pool.get('points', point)?.status_id);
      const block = { point_id: point, open: !status?.closes, author_id: p.me, at: now() };
      const path = `${root}/activities/${on.id}/blocks/${point}`;
      await write({ kind: 'activities', thing: on.id, method: 'PUT', path, op: { type: 'block', block, on: before } });
      return async () => {
        await this.unblock(p.pool.get('activities', on.id) ?? before, point);
      };
    },

    async unblock(on: Activity, point: Id): Promise<Undo> {
      const { _pending: _, ...before } = on as Activity & { _pending?: unknown };
      const path = `${root}/activities/${on.id}/blocks/${point}`;
      await write({ kind: 'activities', thing: on.id, method: 'DELETE', path, op: { type: 'unblock', point, on: before } });
      return async () => {
        await this.block(p.pool.get('activities', on.id) ?? before, point);
      };
    },
  };
}

/** given leaves out what is null. */
function given(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, v]) => v !== null && v !== undefined));
}
