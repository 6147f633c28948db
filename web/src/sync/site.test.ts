import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '@/db/db';
import { apply, shown } from './apply';

const activity = {
  id: 'a',
  version: 3,
  name: 'Masonry',
  percent: 25,
  state: 1,
  behind: true,
  problems: 0,
  actual_start: 100,
  actual_finish: null,
  reports: [],
  blocks: [],
  hidden_blocks: 0,
  comments: [],
};
const report = (kind: string, more: Record<string, unknown> = {}) => ({
  type: 'report' as const,
  report: { id: `r-${kind}`, kind, percent: null, at: '2026-01-05T09:00:00Z', photos: [], ...more },
  on: activity,
});
const done = (value: Record<string, unknown>, ...ops: Parameters<typeof apply>[1][]) =>
  ops.reduce<Record<string, unknown>>((v, op) => apply(v, op) ?? {}, value);

describe('what a report does before the server has said so', () => {
  it('is harmless when done twice', () => {
    const once = done(activity, report('problem'));
    expect(once).toMatchObject({ problems: 1, state: 2 });
    expect(apply(once, report('problem'))).toEqual(once);
  });

  it('goes through the states that people know', () => {
    const finished = done(activity, report('progress', { percent: 100 }));
    expect(finished).toMatchObject({ percent: 100, state: 3, behind: false });
    expect(done(finished, report('sign-off'))).toMatchObject({ state: 4 });
    expect(done(finished, report('reject', { percent: 60 }))).toMatchObject({ percent: 60, state: 1, actual_finish: null });
    expect(done(finished, report('sign-off'), report('reopen'))).toMatchObject({ state: 3 });
    expect(done(activity, report('problem'), report('solved'))).toMatchObject({ problems: 0, state: 1 });
  });

  it('stays a warning while a point that blocks is open, seen or not', () => {
    const block = { type: 'block' as const, block: { point_id: 'p', open: true }, on: activity };
    const blocked = done(activity, block, report('progress', { percent: 100 }));
    expect(blocked).toMatchObject({ state: 2, percent: 100 });
    expect(done(blocked, { type: 'unblock', point: 'p', on: activity })).toMatchObject({ state: 3, blocks: [] });
    expect(done({ ...activity, hidden_blocks: 1 }, report('progress', { percent: 100 }))).toMatchObject({ state: 2 });
  });

  it('is shown of an activity of which only the dates are here, and not once it was refused', () => {
    const entry = { kind: 'activities', thing: 'a', state: 'waiting', op: report('progress', { percent: 50 }) } as unknown as OutboxEntry;
    expect(shown(null, [entry])).toMatchObject({ name: 'Masonry', percent: 50, _pending: 'waiting' });
    expect(shown(activity, [{ ...entry, state: 'rejected' }])).toMatchObject({ percent: 25, reports: [], _pending: 'rejected' });
  });

  it('takes its photo with it', () => {
    const photo = { type: 'report-photo' as const, report: 'r-problem', photo: { id: 'f' } };
    expect(done(activity, report('problem'), photo, photo).reports).toMatchObject([{ id: 'r-problem', photos: [{ id: 'f' }] }]);
  });
});
