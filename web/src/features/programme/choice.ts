/** What somebody chose to see: the filter in the address, the look on this device. */
import type { Id } from '@/api/types';

export const pictures = ['gantt', 'lob'] as const;
export type Picture = (typeof pictures)[number];
export const groupings = ['location', 'company', 'state'] as const;
export type Grouping = (typeof groupings)[number];

export interface ProgrammeSearch {
  /** Which programme. */
  id?: Id | undefined;
  programme?: Picture | undefined;
  activity?: Id | undefined;
  q?: string | undefined;
  state?: string | undefined;
  in_charge?: string | undefined;
  location?: string | undefined;
  critical?: true | undefined;
  group?: Grouping | undefined;
  view?: Id | undefined;
}

const idList = /^[\w:-]+(,[\w:-]+)*$/;

export function readSearch(raw: Record<string, unknown>): ProgrammeSearch {
  const out: ProgrammeSearch = {};
  const text = (name: string): string | undefined => {
    const v = raw[name];
    return typeof v === 'string' && v !== '' ? v : typeof v === 'number' ? String(v) : undefined;
  };
  for (const name of ['id', 'activity', 'view'] as const) {
    const v = text(name);
    if (v && /^[\w-]+$/.test(v)) out[name] = v;
  }
  for (const name of ['state', 'in_charge', 'location'] as const) {
    const v = text(name);
    if (v && idList.test(v)) out[name] = v;
  }
  const q = text('q');
  if (q) out.q = q.slice(0, 200);
  const p = text('programme') as Picture | undefined;
  if (p && pictures.includes(p)) out.programme = p;
  const g = text('group') as Grouping | undefined;
  if (g && groupings.includes(g)) out.group = g;
  if (raw.critical === true || raw.critical === 'true') out.critical = true;
  return out;
}

/** What a saved view keeps. */
export function viewQuery(s: ProgrammeSearch): string {
  const { id: _i, activity: _a, view: _v, ...kept } = s;
  const all = Object.entries({ ...kept, programme: s.programme ?? 'gantt' }).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]]));
  return new URLSearchParams(all.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) as [string, string][]).toString();
}

export const filtered = (s: ProgrammeSearch): boolean => Boolean(s.q || s.state || s.in_charge || s.location || s.critical);

export function cleared({ id, programme, activity, group }: ProgrammeSearch): ProgrammeSearch {
  return { id, programme, activity, group };
}

export const columnIds = [
  'name',
  'duration',
  'start',
  'finish',
  'float',
  'percent',
  'state',
  'in_charge',
  'code',
  'location',
  'free_float',
  'deadline',
  'budget',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface Column {
  id: ColumnId;
  width: number;
}

const usualWidth: Record<ColumnId, number> = {
  name: 236,
  duration: 66,
  start: 80,
  finish: 80,
  float: 66,
  percent: 58,
  state: 132,
  in_charge: 140,
  code: 90,
  location: 140,
  free_float: 84,
  deadline: 84,
  budget: 100,
};

export const narrowest = 44;
export const widest = 700;

export interface Look {
  columns: readonly Column[];
  /** How wide the table is beside the chart. */
  split: number;
  critical: boolean;
  floats: boolean;
  relations: boolean;
  progress: boolean;
  names: boolean;
  planned: boolean;
  baselines: Id[];
  folded: string[];
  scale?: number | undefined;
}

export const usualLook: Look = {
  columns: (['name', 'duration', 'start', 'finish', 'float', 'percent', 'state', 'in_charge'] as const).map((id) => ({
    id,
    width: usualWidth[id],
  })),
  split: 586,
  critical: true,
  floats: false,
  relations: true,
  progress: false,
  names: true,
  planned: true,
  baselines: [],
  folded: [],
};

export function withColumn(columns: readonly Column[], id: ColumnId, on: boolean): readonly Column[] {
  if (!on) return columns.filter((c) => c.id !== id || id === 'name');
  return columns.some((c) => c.id === id) ? columns : [...columns, { id, width: usualWidth[id] }];
}

export function readLook(text: string | null): Look {
  if (!text) return usualLook;
  try {
    const raw = JSON.parse(text) as Partial<Look>;
    const columns = (Array.isArray(raw.columns) ? (raw.columns as Column[]) : []).filter(
      (c, i, all) => columnIds.includes(c?.id) && all.findIndex((x) => x?.id === c.id) === i,
    );
    const flag = (name: 'critical' | 'floats' | 'relations' | 'progress' | 'names' | 'planned') =>
      typeof raw[name] === 'boolean' ? (raw[name] as boolean) : usualLook[name];
    const ids = (v: unknown) => (Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : []);
    return {
      columns: columns.some((c) => c.id === 'name')
        ? columns.map((c) => ({ id: c.id, width: Math.max(narrowest, Math.min(widest, Number(c.width) || usualWidth[c.id])) }))
        : usualLook.columns,
      split: Math.max(160, Math.min(2000, Number(raw.split) || usualLook.split)),
      critical: flag('critical'),
      floats: flag('floats'),
      relations: flag('relations'),
      progress: flag('progress'),
      names: flag('names'),
      planned: flag('planned'),
      baselines: ids(raw.baselines),
      folded: ids(raw.folded),
      ...(Number.isFinite(raw.scale) && { scale: raw.scale }),
    };
  } catch {
    return usualLook;
  }
}

const key = (account: Id, programme: Id) => `plumbline-programme/${account}/${programme}`;

export function keptLook(account: Id, programme: Id): Look {
  try {
    return readLook(localStorage.getItem(key(account, programme)));
  } catch {
    return usualLook;
  }
}

export function keepLook(account: Id, programme: Id, look: Look): void {
  try {
    localStorage.setItem(key(account, programme), JSON.stringify(look));
  } catch {
    // Then it is as usual the next time.
  }
}
