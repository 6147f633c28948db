/** What the programme puts on the pages of the first screens: it comes after them, with its own texts, or not at all. */
import type { Point } from '@/api/types';
import { useSync, useThings } from '@/store';
import { withProgramme } from './i18n';
import { usePart } from './part';

/** Undefined when a part does not come: see update.ts. */
type Week = typeof import('@/features/activities/Week') | undefined;
type Held = typeof import('@/features/activities/PointBlocks') | undefined;
const week = () => withProgramme<Week>(import('@/features/activities/Week')).then((m) => m?.Week);
const held = () => withProgramme<Held>(import('@/features/activities/PointBlocks')).then((m) => m?.PointBlocks);

/** useProgrammed is whether there is a programme to say something of; it changes when the network comes, so that parts are asked for again. */
function useProgrammed(): string | false {
  const { online } = useSync();
  return useThings('programmes').length > 0 && (online ? 'online' : 'offline');
}

/** ActivitiesThisWeek is nothing where there is no programme. */
export function ActivitiesThisWeek() {
  const Week = usePart(week, useProgrammed());
  return Week ? <Week /> : null;
}

/** PointBlocks are the activities that a point blocks. */
export function PointBlocks({ point }: { point: Point }) {
  const Held = usePart(held, useProgrammed());
  return Held ? <Held point={point} /> : null;
}
