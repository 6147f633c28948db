/** How far it is, in one touch more than opening it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Slider } from '@mantine/core';
import { useState } from 'react';
import type { Activity } from '@/api/activity';
import { useCommands } from '@/store';
import { toast } from '@/ui';
import s from './activities.module.css';

const steps = [0, 25, 50, 75, 100];

export function Progress({ activity: a, onProblem }: { activity: Activity; onProblem: () => void }) {
  const { t } = useLingui();
  const commands = useCommands();
  const [sliding, setSliding] = useState<number | null>(null);
  if (!a.may.report || a.state === 4) return null;
  const say = async (percent: number) => {
    setSliding(null);
    const undo = await commands.report(a, { kind: 'progress', percent });
    toast(percent >= 100 ? t`Reported done` : t`Reported: ${percent} %`, undo);
  };
  const solved = async () => {
    const undo = await commands.report(a, { kind: 'solved' });
    toast(t`Problem solved`, undo);
  };
  const now = Math.round(a.percent);
  return (
    <section className={s.report} aria-label={t`Report`}>
      <h3>
        <Trans>How far is it?</Trans>
      </h3>
      <fieldset className={s.steps} aria-label={t`How far is it?`}>
        {(a.milestone ? [0, 100] : steps).map((p) => (
          <button
            key={p}
            type="button"
            className={s.step}
            data-done={p === 100 || undefined}
            aria-pressed={now === p}
            onClick={() => void say(p)}
          >
            {p === 100 ? (
              <>
                <b>{t`Done`}</b>
                <small>100 %</small>
              </>
            ) : (
              <b>{p} %</b>
            )}
          </button>
        ))}
      </fieldset>
      {sliding === null ? (
        <div className={s.actions}>
          <button type="button" className={s.link} onClick={() => setSliding(now)}>
            <Trans>Another figure</Trans>
          </button>
        </div>
      ) : (
        <div className={s.slide}>
          <Slider
            aria-label={t`Percent done`}
            thumbLabel={t`Percent done`}
            value={sliding}
            onChange={setSliding}
            min={0}
            max={100}
            step={5}
            label={(v) => `${v} %`}
            size="lg"
            thumbSize={26}
          />
          <Button size="md" onClick={() => void say(sliding)}>
            <Trans>Report {sliding} %</Trans>
          </Button>
        </div>
      )}
      <div className={s.two}>
        {a.problems > 0 && (
          <Button size="md" className={s.solve} variant="default" onClick={() => void solved()}>
            <Trans>Problem solved</Trans>
          </Button>
        )}
        <Button size="md" variant="default" onClick={onProblem}>
          <Trans>Report a problem</Trans>
        </Button>
      </div>
    </section>
  );
}
