/** Schedules for tests, made of a few words. */
import type { Schedule } from '@/api/programme';
import { Network } from '../network';
import { day, fromCivil } from '../time';

export interface Line {
  name: string;
  level?: number;
  kind?: number;
  /** Civil dates; the finish is the end of its day's last shift. */
  start?: string;
  finish?: string;
  percent?: number;
  state?: number;
  location?: string;
  late?: string;
}

export const monday = '2031-01-06';

export function made(lines: readonly Line[], relations: Schedule['relations'] = []): Network {
  const n = lines.length;
  const fill = <T>(v: T): T[] => Array.from({ length: n }, () => v);
  const start = lines.map((l) => fromCivil(l.start ?? monday) + 480);
  const finish = lines.map((l) => fromCivil(l.finish ?? l.start ?? monday) + 1020);
  const level = lines.map((l) => l.level ?? 1);
  const parent = level.map((v, i) => {
    for (let k = i - 1; k >= 0; k--) if ((level[k] ?? 0) < v) return k;
    return -1;
  });
  return new Network(
    {
      programme: 'p',
      name: 'made',
      version: 1,
      live: true,
      whole: true,
      day: fromCivil(monday) + day,
      start: Math.min(...start),
      finish: Math.max(...finish),
      planned_finish: null,
      project_start: fromCivil(monday) + 480,
      minutes_day: 480,
      calendar: 0,
      calendars: [
        {
          id: 'c',
          name: 'usual',
          week: [0, 1, 2, 3, 4, 5, 6].map((d): [number, number][] =>
            d < 5
              ? [
                  [480, 720],
                  [780, 1020],
                ]
              : [],
          ),
          exceptions: [{ from: '2031-01-08', to: '2031-01-08', shifts: [] }],
        },
      ],
      activities: {
        id: lines.map((_, i) => `a${i}`),
        version: fill(1),
        parent,
        level,
        name: lines.map((l) => l.name),
        code: fill(''),
        kind: lines.map((l) => l.kind ?? 0),
        calendar: fill(0),
        duration: fill(480),
        remaining: fill(480),
        start,
        finish,
        early_start: start,
        early_finish: finish,
        late_start: start,
        late_finish: lines.map((l, i) => (l.late ? fromCivil(l.late) + 1020 : (finish[i] as number))),
        planned_start: start,
        planned_finish: finish,
        total_float: fill(0),
        free_float: fill(0),
        critical: fill(0),
        percent: lines.map((l) => l.percent ?? 0),
        actual_start: fill(null),
        actual_finish: fill(null),
        state: lines.map((l) => l.state ?? 0),
        behind: fill(0),
        problems: fill(0),
        blocking: fill(0),
        constraint: fill(0),
        constraint_at: fill(null),
        deadline: fill(null),
        manual: fill(0),
        in_charge: lines.map(() => []),
        location: lines.map((l) => l.location ?? null),
        budget: fill(0),
        notes: fill(0),
        gone: fill(0),
      },
      relations,
      driving: [],
      not_computed: null,
      not_honoured: [],
    },
    fromCivil(monday) + 600,
  );
}
