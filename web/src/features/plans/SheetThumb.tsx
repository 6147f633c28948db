/** A sheet, small: the server's picture, or the top of the kept archive when there is no network. */
import { useEffect, useState } from 'react';
import type { Id, Sheet } from '@/api/types';
import { openArchive } from '@/engines/plan/archive';
import s from './plans.module.css';
import { revisionPath } from './sheets';

export function SheetThumb({ sheet, project }: { sheet: Sheet; project: Id }) {
  const [failed, setFailed] = useState(false);
  const { frame, revision } = sheet;
  const kept = useTopTile(failed ? revision.id : null);
  // The padding of the only tile of level 0 lies right and below: show the drawing alone.
  const shrink = 2 ** revision.max_zoom;
  const part = { width: revision.width_px / shrink / revision.tile_size, height: revision.height_px / shrink / revision.tile_size };
  return (
    <span className={s.thumb}>
      <span
        className={s.thumbPaper}
        style={{ aspectRatio: `${frame.width} / ${frame.height}`, [frame.width / frame.height > 4 / 3 ? 'width' : 'height']: '100%' }}
      >
        {!failed ? (
          <img src={`${revisionPath(project, revision.id)}/thumb`} alt="" loading="lazy" decoding="async" onError={() => setFailed(true)} />
        ) : (
          kept && (
            <img src={kept} alt="" className={s.thumbTile} style={{ width: `${100 / part.width}%`, height: `${100 / part.height}%` }} />
          )
        )}
      </span>
    </span>
  );
}

function useTopTile(revision: Id | null): string | null {
  const [url, set] = useState<string | null>(null);
  useEffect(() => {
    if (!revision) return;
    let made: string | null = null;
    let live = true;
    const find = async () => {
      const archive = await openArchive(revision);
      const blob = await archive?.tile(0, 0, 0);
      if (!blob || !live) return;
      made = URL.createObjectURL(blob);
      set(made);
    };
    find().catch(() => undefined);
    return () => {
      live = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [revision]);
  return url;
}
