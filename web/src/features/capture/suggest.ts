/** What the capture card proposes: subjects, and who is in charge. Pure. */
import type { Category, Id, InCharge } from '@/api/types';

export interface Suggestion {
  readonly text: string;
  /** The category that comes with the subject. */
  readonly category: Id | null;
}

/** Lower case, no accents: "Gâble" is found by "gab". */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

interface Used {
  readonly subject: string;
  readonly category_id: Id | null;
}

/**
 * At most `limit` subjects for what has been typed: the subjects of categories
 * first where they begin with the words, then what people here wrote before
 * (newest first), then the rest that hold every word. The chosen category's own
 * come before others'.
 */
export function suggest(
  typed: string,
  category: Id | null,
  categories: readonly Category[],
  recent: readonly Used[],
  limit = 5,
): Suggestion[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const parents = new Map(categories.map((c) => [c.id, c.parent_id]));
  const within = (id: Id | null): boolean => {
    for (let at = id, deep = 0; at && deep < 10; at = parents.get(at) ?? null, deep++) if (at === category) return true;
    return false;
  };
  const seen = new Set<string>();
  const found: { item: Suggestion; rank: number }[] = [];
  const offer = (text: string, of: Id | null, base: number) => {
    const key = plain(text);
    if (!key || seen.has(key) || key === plain(typed)) return;
    if (!words.every((w) => key.includes(w))) return;
    seen.add(key);
    const begins = words.length > 0 && key.startsWith(words.join(' ')) ? 0 : 100;
    const own = category === null || within(of) ? 0 : 1000;
    found.push({ item: { text, category: of }, rank: own + begins + base });
  };
  const subjects = categories.filter((c) => c.kind === 'subject');
  // What is used most often lately comes first among equals.
  const uses = new Map<string, number>();
  for (const point of recent) uses.set(plain(point.subject), (uses.get(plain(point.subject)) ?? 0) + 1);
  for (const s of subjects) offer(s.name, s.parent_id, 20 - Math.min(19, uses.get(plain(s.name)) ?? 0));
  recent.forEach((point, i) => {
    offer(point.subject, point.category_id, 30 + Math.min(i, 60));
  });
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map((f) => f.item);
}

/**
 * At most `limit` descriptions that were written before: of points with the same subject first, then of the same category, the newest
 * first.
 */
export function describe(
  subject: string,
  category: Id | null,
  recent: readonly (Used & { readonly description: string })[],
  limit = 3,
): string[] {
  const key = plain(subject);
  const same = recent.filter((p) => p.description.trim() && key && plain(p.subject) === key);
  const near = recent.filter((p) => p.description.trim() && category !== null && p.category_id === category);
  const out = new Map<string, string>();
  for (const p of [...same, ...near]) {
    const k = plain(p.description);
    if (!out.has(k)) out.set(k, p.description.trim());
  }
  return [...out.values()].slice(0, limit);
}

/** Who is in charge by the category: its own word, or that of the one above. */
export function proposedFor(category: Id | null, categories: readonly Category[]): InCharge[] {
  const byId = new Map(categories.map((c) => [c.id, c]));
  let at = category;
  for (let deep = 0; at && deep < 10; deep++) {
    const here = byId.get(at);
    if (!here) return [];
    if (here.in_charge?.length) return [...here.in_charge];
    at = here.parent_id;
  }
  return [];
}

/** The path of a category or a location, outermost first. */
export function pathOf<T extends { id: Id; parent_id: Id | null }>(id: Id | null, all: readonly T[]): T[] {
  const byId = new Map(all.map((x) => [x.id, x]));
  const path: T[] = [];
  for (let at = id; at && path.length < 10; ) {
    const here = byId.get(at);
    if (!here) break;
    path.unshift(here);
    at = here.parent_id;
  }
  return path;
}
