import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Choices, Controller, Held, Restriction, RestrictionGround } from '@/api/privacy';
import { Answered, type Asked, Block, useReturn } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader } from '@/store';
import s from './Privacy.module.css';

function useGrounds(): Record<RestrictionGround, string> {
  const { t } = useLingui();
  return {
    accuracy: t`Something in it is not right`,
    unlawful: t`Its use is unlawful, and I do not want it erased`,
    claims: t`I need it for a legal claim`,
    objection: t`I object, and wait for the answer`,
  };
}

/** Restrict sets data aside: stored, and neither shown nor used. Lifting one's own is as easy as asking for it. */
export function Restrict({ held, choices }: { held: Asked<Held>; choices: Asked<Choices> }) {
  const [open, setOpen] = useState(false);
  const button = useReturn(open);
  const again = () => {
    held.again();
    choices.again();
  };
  return (
    <Block
      title={<Trans>Set your data aside</Trans>}
      lead={<Trans>What is restricted stays stored, and is shown to nobody, used for nothing and mailed nowhere until it is lifted.</Trans>}
    >
      <Answered asked={choices} rows={2}>
        {(data) => (
          <ul className={s.plain}>
            {(data.restrictions ?? []).map((x) => (
              <Row key={x.id} restriction={x} controllers={held.data?.controllers ?? []} again={again} />
            ))}
          </ul>
        )}
      </Answered>
      {open ? (
        <Form controllers={held.data?.controllers ?? []} close={() => setOpen(false)} again={again} />
      ) : (
        <Button ref={button} variant="default" size="md" fullWidth onClick={() => setOpen(true)} disabled={!held.data}>
          <Trans>Restrict the use of my data</Trans>
        </Button>
      )}
    </Block>
  );
}

function Row({ restriction: x, controllers, again }: { restriction: Restriction; controllers: Controller[]; again: () => void }) {
  const grounds = useGrounds();
  const r = useReader();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = controllers.find((c) => c.who.kind === x.who.kind && c.who.id === x.who.id)?.name;
  const lift = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`/me/restrictions/${x.id}`, { method: 'DELETE' });
      again();
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <li className={s.choice}>
      <b>{name}</b>
      <span>{grounds[x.ground] ?? x.ground}</span>
      <span className="quiet">
        <Trans>Since {exact(x.since, r)}</Trans>
      </span>
      {x.lifts_at && (
        <span className={s.hint}>
          <Trans>It will be lifted on {exact(x.lifts_at, r)}. If you disagree, write to the contact named below.</Trans>
        </span>
      )}
      <Failed error={error} />
      <Button variant="default" loading={busy} onClick={() => void lift()}>
        <Trans>Lift it now</Trans>
      </Button>
    </li>
  );
}

function Form({ controllers, close, again }: { controllers: Controller[]; close: () => void; again: () => void }) {
  const grounds = useGrounds();
  const [at, setAt] = useState(0);
  const [ground, setGround] = useState<RestrictionGround>('accuracy');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [id] = useState(newId);
  const submit = async () => {
    const who = controllers[at]?.who;
    if (!who) return;
    setBusy(true);
    setError(undefined);
    try {
      await call(`/me/restrictions/${id}`, { method: 'PUT', body: { who, ground, note: note.trim() } });
      close();
      again();
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <form
      className={s.confirm}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <Failed error={error} />
      <NativeSelect
        label={<Trans>What is held by</Trans>}
        value={at}
        onChange={(e) => setAt(Number(e.currentTarget.value))}
        data={controllers.map((c, i) => ({ value: String(i), label: c.name }))}
      />
      <NativeSelect
        label={<Trans>Why</Trans>}
        description={<Trans>The law names these four reasons.</Trans>}
        value={ground}
        onChange={(e) => setGround(e.currentTarget.value as RestrictionGround)}
        data={Object.entries(grounds).map(([value, label]) => ({ value, label }))}
      />
      <Textarea
        label={<Trans>Note</Trans>}
        description={<Trans>Optional. Read by who decides over the data, to look into it.</Trans>}
        value={note}
        maxLength={2000}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      <Group grow gap="sm">
        <Button type="submit" variant="default" size="md" loading={busy}>
          <Trans>Restrict</Trans>
        </Button>
        <Button type="button" variant="default" size="md" onClick={close} disabled={busy}>
          <Trans>Cancel</Trans>
        </Button>
      </Group>
    </form>
  );
}
