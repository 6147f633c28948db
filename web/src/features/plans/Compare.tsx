/** How two revisions are compared: what differs in colour, one fading into the other, or both by turns. Never colour alone. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, SegmentedControl, Slider } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Revision } from '@/api/types';
import { ADDED, REMOVED } from '@/engines/plan';
import s from './plans.module.css';

export type Way = 'differences' | 'fade' | 'blink';

const BLINK_MS = 800;

/** What lies over the newer revision, and how much of it is seen. */
export function useCompare(other: Revision | undefined): {
  over: { revision: Revision; difference: boolean; opacity: number } | undefined;
  way: Way;
  setWay: (way: Way) => void;
  fade: number;
  setFade: (part: number) => void;
} {
  const [way, setWay] = useState<Way>('differences');
  const [fade, setFade] = useState(50);
  const [on, setOn] = useState(false);
  const blinking = way === 'blink' && other !== undefined;
  useEffect(() => {
    if (!blinking) return;
    const timer = setInterval(() => setOn((now) => !now), BLINK_MS);
    return () => clearInterval(timer);
  }, [blinking]);
  const opacity = way === 'differences' ? 1 : way === 'fade' ? fade / 100 : on ? 1 : 0;
  return { over: other && { revision: other, difference: way === 'differences', opacity }, way, setWay, fade, setFade };
}

export function CompareBar({
  newer,
  older,
  compare,
  onClose,
}: {
  newer: Revision;
  older: Revision;
  compare: ReturnType<typeof useCompare>;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const { way, setWay, fade, setFade } = compare;
  return (
    <section className={s.compare} aria-label={t`Compare revisions`}>
      <SegmentedControl
        size="sm"
        value={way}
        onChange={(v) => setWay(v as Way)}
        aria-label={t`How to compare`}
        data={[
          { value: 'differences', label: t`Differences` },
          { value: 'fade', label: t`Fade` },
          { value: 'blink', label: t`Blink` },
        ]}
      />
      {way === 'differences' && (
        <span className={s.legend}>
          <span className={s.legendItem}>
            <i style={{ background: ADDED }} aria-hidden="true" /> <Trans>added in rev {newer.code}</Trans>
          </span>
          <span className={s.legendItem}>
            <i style={{ background: REMOVED }} aria-hidden="true" /> <Trans>removed since rev {older.code}</Trans>
          </span>
        </span>
      )}
      {way === 'fade' && (
        <span className={s.fade}>
          <span>
            <Trans>rev {newer.code}</Trans>
          </span>
          <Slider
            className={s.fadeSlider}
            value={fade}
            onChange={setFade}
            label={null}
            thumbLabel={t`How much of the older revision shows`}
          />
          <span>
            <Trans>rev {older.code}</Trans>
          </span>
        </span>
      )}
      {way === 'blink' && (
        <span className="quiet">
          <Trans>
            rev {newer.code} and rev {older.code} by turns
          </Trans>
        </span>
      )}
      <Button size="compact-sm" variant="subtle" onClick={onClose}>
        <Trans>Stop comparing</Trans>
      </Button>
    </section>
  );
}
