/** Which columns the list shows on a desk, in which order and how wide: in the address, and remembered on this device. */

export type ColumnId =
  | 'number'
  | 'subject'
  | 'status'
  | 'location'
  | 'in_charge'
  | 'due'
  | 'changed'
  | 'category'
  | 'list'
  | 'author'
  | 'created'
  | 'photos';

export interface Column {
  id: ColumnId;
  /** Pixels; none: its share of the room. */
  width?: number;
}

/** What a column takes while nobody has chosen a width. */
const room: Record<ColumnId, string> = {
  number: '92px',
  subject: 'minmax(200px, 2.4fr)',
  status: '146px',
  location: 'minmax(130px, 1.7fr)',
  in_charge: 'minmax(130px, 1.4fr)',
  due: '102px',
  changed: '112px',
  category: 'minmax(120px, 1.3fr)',
  list: '110px',
  author: 'minmax(110px, 1fr)',
  created: '112px',
  photos: '76px',
};

export const allColumns = Object.keys(room) as ColumnId[];

export const usualColumns: readonly Column[] = (['number', 'subject', 'status', 'location', 'in_charge', 'due', 'changed'] as const).map(
  (id) => ({ id }),
);

export const narrowest = 60;
export const widest = 900;

/** "number,subject:320": what is unknown or twice falls away; nothing left is the usual. */
export function readColumns(text: string | undefined | null): readonly Column[] {
  const out: Column[] = [];
  for (const part of text?.split(',') ?? []) {
    const [id, px] = part.split(':');
    if (!allColumns.includes(id as ColumnId) || out.some((c) => c.id === id)) continue;
    const width = Number.parseInt(px ?? '', 10);
    out.push({
      id: id as ColumnId,
      ...(Number.isFinite(width) && { width: Math.max(narrowest, Math.min(widest, width)) }),
    });
  }
  return out.length > 0 ? out : usualColumns;
}

export function columnsText(columns: readonly Column[]): string {
  return columns.map((c) => (c.width ? `${c.id}:${c.width}` : c.id)).join(',');
}

/** The grid's template: a narrow column for the tick first. */
export function template(columns: readonly Column[]): string {
  return ['38px', ...columns.map((c) => (c.width ? `${c.width}px` : room[c.id]))].join(' ');
}

/** moved puts a column before another, or last. */
export function moved(columns: readonly Column[], id: ColumnId, before: ColumnId | null): readonly Column[] {
  const it = columns.find((c) => c.id === id);
  if (!it || id === before) return columns;
  const rest = columns.filter((c) => c.id !== id);
  const at = before ? rest.findIndex((c) => c.id === before) : rest.length;
  return [...rest.slice(0, at), it, ...rest.slice(at)];
}

const key = (account: string, project: string) => `plumbline-columns/${account}/${project}`;

/** Remembered for a person and a project, on this device. */
export function keptColumns(account: string, project: string): string | null {
  try {
    return localStorage.getItem(key(account, project));
  } catch {
    return null;
  }
}

export function keepColumns(account: string, project: string, text: string): void {
  try {
    localStorage.setItem(key(account, project), text);
  } catch {
    // Then they are as usual the next time.
  }
}
