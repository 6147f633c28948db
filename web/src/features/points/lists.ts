/** Which points go to another list: who may edit them where they are, and reads their list as a contributor. */
import type { Point, PointList } from '@/api/types';
import { atLeast } from '@/store';

export function carries(point: Point, lists: readonly PointList[]): boolean {
  return point.may.edit && atLeast(lists.find((l) => l.id === point.list_id)?.level, 'contributor');
}
