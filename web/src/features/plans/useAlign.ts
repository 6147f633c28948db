/** Aligning by hand: two places on the sheet as it was, then the same two on the new revision. */
import { useCallback, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Id, Revision, Sheet } from '@/api/types';
import { type Affine, apply, invert, type Place } from '@/engines/plan';
import { useOpenProject } from '@/store';
import { revisionsOf } from './sheets';

export interface Aligning {
  readonly revision: Revision;
  /** What it is laid on: the newest other one that lies well. */
  readonly onto: Revision;
  /** Taken so far, in the frame as the shown revision has it. */
  readonly places: readonly Place[];
}

export function startAligning(sheet: Sheet, revision: Revision): Aligning | null {
  const onto = revisionsOf(sheet).find((r) => r.id !== revision.id && r.alignment !== 'none');
  return onto ? { revision, onto, places: [] } : null;
}

/** The pairs that the server takes: the last two places are on the page of the new revision. */
export function pairsOf(a: Aligning): { page: Place; frame: Place }[] {
  const toPage = invert(a.revision.affine as Affine);
  return [0, 1].map((i) => ({ frame: a.places[i] as Place, page: apply(toPage, a.places[i + 2] as Place) }));
}

export function useAlign(sheet: Sheet, project: Id, onEnd: (failed: unknown) => void) {
  const { engine } = useOpenProject();
  const [aligning, set] = useState<Aligning | null>(null);
  const take = useCallback(
    (place: Place) => {
      if (!aligning) return;
      const next = { ...aligning, places: [...aligning.places, place] };
      if (next.places.length < 4) return set(next);
      set(null);
      call(`/projects/${project}/revisions/${next.revision.id}`, { method: 'PATCH', mutationId: newId(), body: { pairs: pairsOf(next) } })
        .then(() => {
          engine.nudge(true);
          onEnd(null);
        })
        .catch(onEnd);
    },
    [aligning, project, engine, onEnd],
  );
  return {
    aligning,
    /** What is to be looked at now. */
    shown: aligning && (aligning.places.length < 2 ? aligning.onto : aligning.revision),
    start: (r: Revision) => set(startAligning(sheet, r)),
    stop: () => set(null),
    take,
  };
}
