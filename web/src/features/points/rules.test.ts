import { describe, expect, it } from 'vitest';
import type { HistoryEntry, May, Point, Status } from '@/api/types';
import { grouped } from './groups';
import { merge } from './history';
import { allowed, nextOf } from './StatusControl';

const status = (id: string, order: number, over: Partial<Status> = {}): Status => ({
  id,
  name: id,
  colour: 'open',
  shape: 'circle',
  order,
  closes: false,
  managers_only: false,
  version: 1,
  ...over,
});
const statuses = [status('open', 0), status('busy', 1), status('ready', 2), status('closed', 3, { closes: true, managers_only: true })];
const may = (over: Partial<May> = {}): May => ({
  edit: true,
  status: true,
  comment: true,
  photo: true,
  delete: true,
  reserved: false,
  ...over,
});
const at = (status_id: string, rights: May) => ({ status_id, may: rights });
const ids = (list: readonly { id: string }[]) => list.map((x) => x.id);

describe('which status may come next', () => {
  const cases: { name: string; point: Pick<Point, 'status_id' | 'may'>; all: string[]; next: string | undefined }[] = [
    { name: 'who may not', point: at('open', may({ status: false })), all: [], next: undefined },
    { name: 'in charge, not a manager', point: at('ready', may()), all: ['open', 'busy'], next: 'open' },
    { name: 'in charge, the next in order', point: at('open', may()), all: ['busy', 'ready'], next: 'busy' },
    { name: 'a manager closes', point: at('ready', may({ reserved: true })), all: ['open', 'busy', 'closed'], next: 'closed' },
    { name: 'a reserved status is not left without the right', point: at('closed', may()), all: [], next: undefined },
    { name: 'a manager opens again', point: at('closed', may({ reserved: true })), all: ['open', 'busy', 'ready'], next: 'open' },
    { name: 'a status that is gone', point: at('gone', may()), all: ['open', 'busy', 'ready'], next: 'open' },
  ];
  it.each(cases)('$name', ({ point, all, next }) => {
    expect(ids(allowed(statuses, point))).toEqual(all);
    expect(nextOf(statuses, point)?.id).toBe(next);
  });
});

describe('comments and changes together', () => {
  const entry = (at: string, kind: HistoryEntry['kind'], fields: HistoryEntry['fields'] = []): HistoryEntry => ({
    at,
    actor_id: 'a',
    kind,
    fields,
  });
  it('newest first, comments in full and once, empty changes left out', () => {
    const events = merge(
      [{ id: 'c', text: 'Seen', author_id: 'b', at: '2026-11-02' }],
      [
        entry('2026-11-03', 'changed', [{ name: 'due', before: null, after: '2026-12-01' }]),
        entry('2026-11-02', 'commented'),
        entry('2026-11-02', 'changed'),
        entry('2026-11-01', 'created'),
      ],
      true,
    );
    expect(events.map((e) => (e.kind === 'comment' ? e.text : e.entry.kind))).toEqual(['changed', 'Seen', 'created']);
    expect(new Set(events.map((e) => e.key)).size).toBe(events.length);
  });
});

const point = (id: string, status_id = 'open') => ({ id, status_id }) as Point;

describe('rows under headings', () => {
  it('keeps the order within, counts, and puts what has none last', () => {
    const rows = [point('1', 'b'), point('2', ''), point('3', 'a'), point('4', 'b')];
    const items = grouped(rows, 'status', (p) =>
      p.status_id ? { order: p.status_id, title: p.status_id } : { order: '\u{10FFFF}', title: 'None' },
    );
    expect(items.map((i) => (i.kind === 'group' ? `${i.title} ${i.count}` : i.point.id))).toEqual([
      'a 1',
      '3',
      'b 2',
      '1',
      '4',
      'None 1',
      '2',
    ]);
    expect(items.flatMap((i) => (i.kind === 'point' ? [i.index] : []))).toEqual([0, 1, 2, 3]);
  });
});
