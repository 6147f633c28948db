import { Trans, useLingui } from '@lingui/react/macro';
import type { Point } from '@/api/types';
import type { Row } from '@/db/db';
import s from './points.module.css';

/** The mark of a change that is not yet on the server. */
export function Pending({ point }: { point: Row<Point> }) {
  const { t } = useLingui();
  if (!point._pending) return null;
  const refused = point._pending === 'rejected';
  return (
    <span
      className={s.pending}
      data-refused={refused || undefined}
      title={refused ? t`The server refused a change of this point` : t`Not yet sent; kept on this device`}
    >
      {refused ? <Trans>Refused</Trans> : <Trans>Not sent</Trans>}
    </span>
  );
}
