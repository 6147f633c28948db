/** What lies over the plan and moves along with it: drawn in units of the sheet's frame. */
import { type ReactNode, useEffect, useState } from 'react';
import type { PlanViewer } from '@/engines/plan';
import s from './plans.module.css';

/** How the frame lies on the screen now, as SVG writes it. */
export function useMatrix(viewer: PlanViewer | null): string | null {
  const [matrix, setMatrix] = useState<string | null>(null);
  useEffect(() => {
    if (!viewer) return;
    const read = () => {
      const m = viewer.matrix();
      setMatrix(m && `matrix(${m.join(' ')})`);
    };
    read();
    return viewer.on('drawn', read);
  }, [viewer]);
  return matrix;
}

export function Overlay({ viewer, children }: { viewer: PlanViewer | null; children: ReactNode }) {
  const matrix = useMatrix(viewer);
  if (!matrix) return null;
  return (
    <svg className={s.overlay} data-over aria-hidden="true">
      <g transform={matrix}>{children}</g>
    </svg>
  );
}
