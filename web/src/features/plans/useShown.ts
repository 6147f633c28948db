import { useState } from 'react';
import type { Revision, Sheet } from '@/api/types';
import type { PointSearch } from '../points/search';
import { revisionsOf } from './sheets';

/**
 * Which revision is looked at, and which two are compared. The one that was the newest when the sheet was opened stays in sight when a
 * newer one comes: the banner says so, and what one reads does not move.
 */
export function useShown(
  sheet: Sheet,
  search: PointSearch,
  aligning: Revision | null,
): { shown: Revision; newer?: Revision | undefined; older?: Revision | undefined; newest: () => void } {
  const all = revisionsOf(sheet);
  const [first, setFirst] = useState(sheet.revision.id);
  const newest = () => setFirst(sheet.revision.id);
  const chosen = all.find((r) => r.id === search.rev);
  const shown = aligning ?? chosen ?? all.find((r) => r.id === first) ?? sheet.revision;
  const other = aligning ? undefined : all.find((r) => r.id === search.with && r.id !== shown.id);
  if (!other) return { shown, newest };
  const at = (r: Revision) => all.indexOf(r);
  const [newer, older] = at(other) < at(shown) ? [other, shown] : [shown, other];
  return { shown: newer, newer, older, newest };
}
