/** Zoom and list, at the lower left of the plan: every gesture has a button. */
import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useState } from 'react';
import type { PlanViewer } from '@/engines/plan';
import s from './plans.module.css';
import type { Kept } from './useKept';

export function PlanTools({
  viewer,
  count,
  list,
  onList,
  kept,
  revision,
  onSheet,
  more,
}: {
  viewer: PlanViewer | null;
  count: number;
  list: boolean;
  onList: () => void;
  kept: Kept;
  /** As it is written on the sheet. */
  revision: string;
  onSheet: () => void;
  more?: ReactNode;
}) {
  const { t, i18n } = useLingui();
  // Told here and not above: while zooming, this alone is drawn anew.
  const [scale, setScale] = useState<number | null>(null);
  useEffect(() => {
    if (!viewer) return;
    setScale(viewer.look().scale);
    return viewer.on('scale', (e) => setScale(e.scale));
  }, [viewer]);
  const percent = scale === null ? '' : i18n.number(scale, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <div className={s.tools} role="toolbar" aria-label={t`Plan`}>
      <button type="button" onClick={() => viewer?.zoomBy(1 / 1.6)} aria-label={t`Zoom out`}>
        −
      </button>
      <button
        type="button"
        className={s.percent}
        onClick={() => viewer?.fit()}
        title={t`Show the whole sheet`}
        aria-label={t`${percent}, show the whole sheet`}
      >
        {percent}
      </button>
      <button type="button" onClick={() => viewer?.zoomBy(1.6)} aria-label={t`Zoom in`}>
        +
      </button>
      <button type="button" onClick={onList} aria-pressed={list}>
        <Trans>List</Trans> <em>{i18n.number(count)}</em>
      </button>
      <button type="button" onClick={onSheet} title={t`This sheet and its revisions`}>
        {revision || <Trans>Sheet</Trans>}
      </button>
      {more}
      <KeptMark kept={kept} />
    </div>
  );
}

function KeptMark({ kept }: { kept: Kept }) {
  const { t } = useLingui();
  switch (kept.state) {
    case 'saving': {
      const percent = Math.round(kept.part * 100);
      return (
        <span className={s.kept} role="status">
          <Trans>Keeping it here, {percent} %</Trans>
        </span>
      );
    }
    case 'kept':
      return (
        <span className={s.kept} title={t`Opens without a network too`}>
          <Trans>On this device</Trans>
        </span>
      );
    case 'failed':
      return kept.reason === 'no-space' ? (
        <span className={s.kept} role="status">
          <Trans>No room to keep it here</Trans>
        </span>
      ) : null;
    default:
      return null;
  }
}
