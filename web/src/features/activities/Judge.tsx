/** A manager's word: signed off, rejected, opened again. What stands in the way is named, with the way there. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import type { Activity, ReportKind } from '@/api/activity';
import { useCommands, useOpenProject, useProject } from '@/store';
import { toast } from '@/ui';
import s from './activities.module.css';

export function Judge({ activity: a }: { activity: Activity }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [asked, setAsked] = useState<'reject' | 'reopen' | null>(null);
  const [tried, setTried] = useState(false);
  const [reason, setReason] = useState('');
  const done = a.percent >= 100 && a.state !== 4;
  if (!a.may.judge || (!done && a.state !== 4)) return null;
  const open = a.blocks.filter((b) => b.open);
  const gated = open.length + a.hidden_blocks > 0 || a.problems > 0;
  const say = async (kind: ReportKind, said: string) => {
    setAsked(null);
    setTried(false);
    setReason('');
    const undo = await commands.report(a, { kind, ...(reason.trim() && { text: reason.trim() }) });
    toast(said, undo);
  };
  return (
    <section className={s.judge} aria-label={t`Sign-off`}>
      {asked ? (
        <>
          <Textarea
            autoFocus
            autosize
            minRows={2}
            maxLength={4000}
            label={asked === 'reject' ? t`What is not right?` : t`Why is it opened again?`}
            value={reason}
            onChange={(e) => setReason(e.currentTarget.value)}
          />
          <div className={s.two}>
            <Button
              size="md"
              color="brick"
              disabled={!reason.trim()}
              onClick={() => void (asked === 'reject' ? say('reject', t`Rejected`) : say('reopen', t`Reopened`))}
            >
              {asked === 'reject' ? <Trans>Reject</Trans> : <Trans>Reopen</Trans>}
            </Button>
            <Button size="md" variant="default" onClick={() => setAsked(null)}>
              <Trans>Cancel</Trans>
            </Button>
          </div>
        </>
      ) : a.state === 4 ? (
        <div className={s.two}>
          <Button size="md" variant="default" onClick={() => setAsked('reopen')}>
            <Trans>Reopen</Trans>
          </Button>
        </div>
      ) : (
        <>
          <p>
            <Trans>Reported done. Look at it, then sign off.</Trans>
          </p>
          <div className={s.two}>
            <Button size="md" onClick={() => (gated ? setTried(true) : void say('sign-off', t`Signed off`))}>
              <Trans>Sign off</Trans>
            </Button>
            <Button size="md" variant="default" onClick={() => setAsked('reject')}>
              <Trans>Reject</Trans>
            </Button>
          </div>
          {tried && gated && <Gates activity={a} />}
        </>
      )}
    </section>
  );
}

/** What has to happen first. */
function Gates({ activity: a }: { activity: Activity }) {
  const { pool } = useOpenProject();
  const project = useProject();
  const id = useId();
  const open = a.blocks.filter((b) => b.open);
  return (
    <div className={s.gates} role="alert" aria-labelledby={id}>
      <b id={id}>
        <Trans>It cannot be signed off yet</Trans>
      </b>
      <ul>
        {a.problems > 0 && (
          <li>
            <Plural value={a.problems} one="A problem is open." other="# problems are open." />
          </li>
        )}
        {open.map((b) => {
          const p = pool.get('points', b.point_id);
          return (
            <li key={b.point_id}>
              <Trans>This point is open:</Trans>{' '}
              <Link to="/p/$project/points" params={{ project: project.id }} search={{ point: b.point_id }}>
                {p ? [p.number, p.subject].filter(Boolean).join(' ') : <Trans>a point</Trans>}
              </Link>
            </li>
          );
        })}
        {a.hidden_blocks > 0 && (
          <li>
            <Plural value={a.hidden_blocks} one="A point that you do not see blocks it." other="# points that you do not see block it." />
          </li>
        )}
      </ul>
    </div>
  );
}
