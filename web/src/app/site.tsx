/** What the programme puts on the pages of the first screens: it comes after them, with its own texts. */
import { lazy, Suspense } from 'react';
import type { Point } from '@/api/types';
import { useThings } from '@/store';
import { withProgramme } from './i18n';

const Week = lazy(() => withProgramme(import('@/features/activities/Week')).then((m) => ({ default: m.Week })));
const Held = lazy(() => withProgramme(import('@/features/activities/PointBlocks')).then((m) => ({ default: m.PointBlocks })));

/** ActivitiesThisWeek is nothing where there is no programme. */
export function ActivitiesThisWeek() {
  if (useThings('programmes').length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Week />
    </Suspense>
  );
}

/** PointBlocks are the activities that a point blocks. */
export function PointBlocks({ point }: { point: Point }) {
  if (useThings('programmes').length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Held point={point} />
    </Suspense>
  );
}
