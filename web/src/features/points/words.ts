/** Words for what a point's fields hold: for lists, the detail, and the history's from → to. */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Category, InCharge } from '@/api/types';
import { civil, type Namer, placePath, type Reader } from '@/store';
import type { Pool } from '@/store/pool';

export interface Words {
  readonly i18n: I18n;
  readonly pool: Pick<Pool, 'get' | 'list'>;
  readonly name: Namer;
  readonly reader: Reader;
}

const fields = {
  subject: msg`subject`,
  description: msg`description`,
  status_id: msg`status`,
  category_id: msg`category`,
  location_id: msg`where`,
  in_charge: msg`in charge`,
  due: msg`due`,
  urgent: msg`urgent`,
  pin: msg`place on the plan`,
  list_id: msg`list`,
  parent_id: msg`part of`,
  related_id: msg`related`,
  origin_id: msg`relay of`,
} as const;

/** The server may say "status" or "status_id". */
export function fieldKey(field: string): keyof typeof fields | undefined {
  if (field in fields) return field as keyof typeof fields;
  const long = `${field}_id`;
  return long in fields ? (long as keyof typeof fields) : undefined;
}

export function fieldName(field: string, i18n: I18n): string {
  const key = fieldKey(field);
  return key ? i18n._(fields[key]) : field;
}

export function categoryPath(id: string | null | undefined, pool: Pick<Pool, 'get'>): string {
  const names: string[] = [];
  let at = pool.get('categories', id);
  for (let deep = 0; at && deep < 10; deep++) {
    names.unshift(at.name);
    at = pool.get('categories', at.parent_id);
  }
  return names.join(', ');
}

/** Where, without the building while there is only one: everybody knows which. */
export function placeText(id: string | null | undefined, pool: Pick<Pool, 'get' | 'list'>): string {
  if (!id) return '';
  const path = placePath(id, pool);
  const roots = pool.list('locations').filter((l) => !l.parent_id);
  const [root] = roots;
  if (roots.length !== 1 || !root || root.id === id) return path;
  const prefix = `${placePath(root.id, pool)} › `;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

const NOTHING = '–';

/** A field's value as people read it. What no longer exists shows as a dash, never as an id. */
export function fieldValue(field: string, value: unknown, w: Words): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  switch (fieldKey(field)) {
    case 'status_id':
      return w.pool.get('statuses', String(value))?.name.toLocaleLowerCase(w.reader.locale) ?? NOTHING;
    case 'category_id':
      return categoryPath(String(value), w.pool) || NOTHING;
    case 'location_id':
      return placeText(String(value), w.pool) || NOTHING;
    case 'list_id':
      return w.pool.get('lists', String(value))?.name ?? NOTHING;
    case 'parent_id':
    case 'related_id':
    case 'origin_id': {
      const p = w.pool.get('points', String(value));
      return p ? [p.number, p.subject].filter(Boolean).join(' ') : w.i18n._(msg`another point`);
    }
    case 'in_charge': {
      const all = Array.isArray(value) ? (value as InCharge[]) : [];
      return all.map((c) => w.name(c)).join(', ') || NOTHING;
    }
    case 'due':
      return civil(String(value), w.reader);
    case 'urgent':
      return value ? w.i18n._(msg`yes`) : w.i18n._(msg`no`);
    case 'pin':
      return w.pool.get('sheets', (value as { sheet_id?: string }).sheet_id)?.name ?? w.i18n._(msg`moved`);
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** What a point can have: categories and sub-categories. Subjects are wording, not a place in the tree. */
export function choosable(categories: readonly Category[]): Category[] {
  return categories.filter((c) => c.kind !== 'subject');
}
