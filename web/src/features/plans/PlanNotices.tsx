import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { Revision, Sheet } from '@/api/types';
import s from './plans.module.css';
import type { useAlign } from './useAlign';

/** What is to be known of the revision that one looks at. */
export function PlanNotices({
  sheet,
  shown,
  old,
  align,
  mayManage,
  online,
  comparing,
  onNewest,
}: {
  sheet: Sheet;
  shown: Revision;
  old: boolean;
  align: ReturnType<typeof useAlign>;
  mayManage: boolean;
  online: boolean;
  comparing: boolean;
  onNewest: () => void;
}) {
  const newest = sheet.revision.code;
  if (align.aligning) {
    const { places, onto, revision } = align.aligning;
    const on = places.length < 2 ? onto.code : revision.code;
    return (
      <div className={s.hint} role="status">
        <span>
          {places.length === 0 && <Trans>On rev {on}: tap a place that you find on both revisions. Take corners far apart.</Trans>}
          {places.length === 1 && <Trans>On rev {on}: tap a second place, far from the first.</Trans>}
          {places.length === 2 && <Trans>Now on rev {on}: tap the first place again.</Trans>}
          {places.length === 3 && <Trans>On rev {on}: tap the second place again.</Trans>}
        </span>
        <Button size="compact-sm" variant="subtle" onClick={align.stop}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    );
  }
  if (old)
    return (
      <div className={s.oldSheet} role="alert">
        <span>
          <Trans>
            You are on an old sheet: rev {shown.code}. The newest is rev {newest}.
          </Trans>
        </span>
        <Button size="compact-sm" onClick={onNewest}>
          <Trans>Show the newest</Trans>
        </Button>
      </div>
    );
  if (shown.alignment === 'none' && !comparing)
    return (
      <div className={s.oldSheet} role="status">
        <span>
          <Trans>How this revision lies on the sheet is not known: points may stand in the wrong place.</Trans>
        </span>
        {mayManage && (
          <Button size="compact-sm" disabled={!online} onClick={() => align.start(shown)}>
            <Trans>Align by hand</Trans>
          </Button>
        )}
      </div>
    );
  return null;
}
