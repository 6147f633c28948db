import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, NativeSelect, Radio, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call } from '@/api/client';
import type { Controller, ErasurePlan, ErasureRequested, Held, Who } from '@/api/privacy';
import { Answered, type Asked, Block, Confirm, Fold, useReturn } from '@/features/ask';
import { useDevice } from '@/store';
import { useErasureGrounds } from './grounds';
import { Plan } from './Plan';
import s from './Privacy.module.css';

/** Erase shows the plan first, then asks once, and leaves to a page that says what happens and how to stop it. */
export function Erase({ held }: { held: Asked<Held> }) {
  const [open, setOpen] = useState(false);
  const button = useReturn(open);
  return (
    <Block
      title={<Trans>Leave, and erase your data</Trans>}
      lead={<Trans>First you see what is erased and what is kept and why. You can stop it within the time that is named there.</Trans>}
    >
      {open ? (
        <Steps controllers={held.data?.controllers ?? []} close={() => setOpen(false)} />
      ) : (
        <Button ref={button} variant="default" size="md" fullWidth onClick={() => setOpen(true)}>
          <Trans>Erase my data</Trans>
        </Button>
      )}
    </Block>
  );
}

function Steps({ controllers, close }: { controllers: Controller[]; close: () => void }) {
  const { i18n } = useLingui();
  const device = useDevice();
  const navigate = useNavigate();
  const grounds = useErasureGrounds();
  const [only, setOnly] = useState('all');
  const [ground, setGround] = useState('no-longer-needed');
  const [never, setNever] = useState(false);
  const [plan, setPlan] = useState<ErasurePlan>();
  const [planError, setPlanError] = useState<unknown>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [unsent, setUnsent] = useState(0);
  const [turn, setTurn] = useState(0);
  const top = useRef<HTMLDivElement>(null);
  const chosen = controllers.find((c) => key(c.who) === only)?.who;
  const whos = chosen ? [chosen] : undefined;
  useEffect(() => {
    void device.unsent().then(setUnsent, () => undefined);
  }, [device]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whose, as a word; a new turn asks again
  useEffect(() => {
    const stop = new AbortController();
    setPlan(undefined);
    setPlanError(undefined);
    call<ErasurePlan>(`/me/erasure/plan?locale=${i18n.locale}`, {
      method: 'POST',
      body: { ...(whos && { whos }), ground },
      signal: stop.signal,
    }).then(setPlan, (e) => {
      if (!stop.signal.aborted) setPlanError(e);
    });
    return () => stop.abort();
  }, [only, ground, turn, i18n.locale]);
  useEffect(() => {
    if (!plan) return;
    top.current?.focus({ preventScroll: true });
    top.current?.scrollIntoView({ block: 'start' });
  }, [plan]);
  const run = async () => {
    if (!plan) return;
    setBusy(true);
    setError(undefined);
    try {
      const { link } = await call<ErasureRequested>(`/me/erasure?locale=${i18n.locale}`, {
        method: 'POST',
        body: { hash: plan.hash, ...(whos && { whos }), ground, never_write_again: never },
      });
      const secret = link.split('/').filter(Boolean).pop() ?? '';
      await device.forget();
      await navigate({ to: '/erasure/$secret', params: { secret }, replace: true });
    } catch (e) {
      setError(e);
      setBusy(false);
      if ((e as { code?: string }).code === 'plan-changed') setTurn(turn + 1);
    }
  };
  const asked: Asked<ErasurePlan> = { data: plan, error: planError, again: () => setTurn(turn + 1), set: setPlan };
  const grace = plan?.grace_hours ?? 0;
  return (
    <div className={s.steps} ref={top} tabIndex={-1}>
      {controllers.length > 1 && (
        <Radio.Group label={<Trans>What</Trans>} value={only} onChange={setOnly}>
          <Stack gap={6} mt={6}>
            <Radio value="all" label={<Trans>My account, and everything everywhere</Trans>} />
            {controllers
              .filter((c) => c.kind === 'organisation')
              .map((c) => (
                <Radio key={key(c.who)} value={key(c.who)} label={<Trans>Only at {c.name}</Trans>} />
              ))}
          </Stack>
        </Radio.Group>
      )}
      <Answered asked={asked} rows={6}>
        {(p) => (
          <>
            <Plan items={p.items} places={p.places} />
            {p.alone.length > 0 && (
              <p className={s.hint}>
                <Trans>Without you nobody runs {p.alone.join(', ')}. Make somebody else an owner first, if it is to go on.</Trans>
              </p>
            )}
            {unsent > 0 && (
              <p className={s.hint}>
                <Plural
                  value={unsent}
                  one="# change on this device is not sent yet, and would be lost."
                  other="# changes on this device are not sent yet, and would be lost."
                />
              </p>
            )}
            <Fold title={<Trans>More choices</Trans>}>
              <NativeSelect
                label={<Trans>Reason</Trans>}
                description={<Trans>Optional. It can change what may be kept.</Trans>}
                value={ground}
                onChange={(e) => setGround(e.currentTarget.value)}
                data={grounds}
              />
              <Checkbox
                mt="sm"
                checked={never}
                onChange={(e) => setNever(e.currentTarget.checked)}
                label={<Trans>Never write to my address again</Trans>}
                description={
                  <Trans>
                    Only a mark that your address cannot be read from is kept for that. Without it, somebody could invite you again.
                  </Trans>
                }
              />
            </Fold>
            <p className={s.lead}>
              {grace > 0 ? (
                <Plural
                  value={grace}
                  one="From then on nobody sees or uses your data. After # hour it is destroyed; until then a link brings it back."
                  other="From then on nobody sees or uses your data. After # hours it is destroyed; until then a link brings it back."
                />
              ) : (
                <Trans>It is destroyed at once, and cannot be brought back.</Trans>
              )}
            </p>
            <Confirm
              why={<Trans>Asked so that nobody else does this from an open screen.</Trans>}
              label={<Trans>Erase</Trans>}
              other={<Trans>Do not erase</Trans>}
              busy={busy}
              error={error}
              onCancel={close}
              onConfirmed={run}
            />
          </>
        )}
      </Answered>
      {!plan && (
        <Button variant="default" onClick={close}>
          <Trans>Back</Trans>
        </Button>
      )}
    </div>
  );
}

const key = (w: Who): string => `${w.kind}/${w.id}`;
