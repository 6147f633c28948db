import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Modal, MultiSelect, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Breach, BreachDraft, BreachStep } from '@/api/office';
import { fieldErrors } from '@/app/errors';
import { Answered, Block, save, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader } from '@/store';
import { toast } from '@/ui';
import s from './Office.module.css';

/** Breaches are a register that nothing leaves, with the 72 hours of the law running. */
export function Breaches({ path, register }: { path: string; register: string }) {
  const asked = useAsk<{ items: Breach[] | null }>(path);
  const [shown, setShown] = useState<string>();
  return (
    <Block
      title={<Trans>Breaches</Trans>}
      lead={<Trans>Every one is noted, also the small. The authority has to know within 72 hours, if there is a risk for people.</Trans>}
    >
      <Note path={path} register={register} done={asked.again} />
      <Answered asked={asked}>
        {({ items }) =>
          (items ?? []).length === 0 ? (
            <p className="quiet">
              <Trans>None was noted.</Trans>
            </p>
          ) : (
            <ul className={s.rows}>
              {(items ?? []).map((b) => (
                <li key={b.id}>
                  <Head breach={b} open={shown === b.id} toggle={() => setShown(shown === b.id ? undefined : b.id)} />
                  {shown === b.id && <Whole breach={b} path={`${path}/${b.id}`} again={asked.again} />}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Block>
  );
}

function Head({ breach: b, open, toggle }: { breach: Breach; open: boolean; toggle: () => void }) {
  const r = useReader();
  const hours = Math.floor((Date.parse(b.due_at) - Date.now()) / 3_600_000);
  const settled = b.state === 'closed' || b.initial_at !== null || b.no_notice;
  return (
    <div className={s.row}>
      <button type="button" className={s.open} aria-expanded={open} onClick={toggle}>
        <b>{exact(b.aware_at, r)}</b>
        <span className={s.line}>{b.nature.slice(0, 120)}</span>
      </button>
      <span className={s.clock} data-state={settled ? 'over' : hours < 0 ? 'late' : hours < 24 ? 'soon' : 'time'}>
        {b.state === 'closed' ? (
          <Trans>closed</Trans>
        ) : b.initial_at ? (
          <Trans>authority knows</Trans>
        ) : b.no_notice ? (
          <Trans>no notice needed</Trans>
        ) : hours < 0 ? (
          <Plural value={-hours} one="# hour late" other="# hours late" />
        ) : (
          <Plural value={hours} one="# hour left" other="# hours left" />
        )}
      </span>
    </div>
  );
}

function Whole({ breach: b, path, again }: { breach: Breach; path: string; again: () => void }) {
  const { t, i18n } = useLingui();
  const r = useReader();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState('');
  const [risk, setRisk] = useState<string>(b.risk || 'risk');
  const [reasons, setReasons] = useState('');
  const step = async (kind: BreachStep, more: object = {}) => {
    setBusy(kind);
    setError(undefined);
    try {
      await call(`${path}/steps`, { method: 'POST', body: { kind, ...(reasons.trim() && { reasons: reasons.trim() }), ...more } });
      toast(t`Noted`);
      again();
    } catch (e) {
      setError(e);
    } finally {
      setBusy('');
    }
  };
  const phase = b.initial_at ? 'final' : 'initial';
  const draft = async () => {
    setError(undefined);
    try {
      const d = await call<BreachDraft>(`${path}/drafts?phase=${phase}&locale=${i18n.locale}`);
      save(new Blob([d.html], { type: 'text/html' }), `breach-${phase}.html`);
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Stack gap="sm" mt="sm">
      {[b.nature, b.consequences, b.measures, b.reasons].filter(Boolean).map((x) => (
        <p key={x} className={s.rules}>
          {x}
        </p>
      ))}
      <p className={s.rules}>
        <Plural value={b.accounts} one="Concerns # account" other="Concerns # accounts" />{' '}
        <Plural value={b.persons} one="and # person of organisations." other="and # persons of organisations." />{' '}
        {b.persons_told_at && <Trans>People were told on {exact(b.persons_told_at, r)}.</Trans>}
      </p>
      <Failed error={error} />
      {b.state === 'open' && (
        <>
          <NativeSelect
            label={<Trans>Risk for people</Trans>}
            value={risk}
            onChange={(e) => setRisk(e.currentTarget.value)}
            data={[
              { value: 'none', label: t`unlikely` },
              { value: 'risk', label: t`a risk` },
              { value: 'high', label: t`a high risk` },
            ]}
          />
          <Textarea
            label={<Trans>Reasons</Trans>}
            description={<Trans>Needed where a notice is late, or none is given.</Trans>}
            value={reasons}
            maxLength={5000}
            onChange={(e) => setReasons(e.currentTarget.value)}
          />
          <div className={s.two}>
            <Button variant="default" loading={busy === 'assess'} onClick={() => void step('assess', { risk })}>
              <Trans>Note the risk</Trans>
            </Button>
            <Button variant="default" onClick={() => void draft()}>
              <Trans>Draft the notice</Trans>
            </Button>
            <Button variant="default" loading={busy === 'notify'} onClick={() => void step('notify', { phase })}>
              <Trans>The notice was sent</Trans>
            </Button>
            <Button variant="default" loading={busy === 'no-notice'} onClick={() => void step('no-notice')}>
              <Trans>No notice is needed</Trans>
            </Button>
            {b.controllers_due_at && !b.controllers_told_at && (
              <Button variant="default" loading={busy === 'tell-controllers'} onClick={() => void step('tell-controllers')}>
                <Trans>Tell the organisations</Trans>
              </Button>
            )}
            <Button variant="default" loading={busy === 'tell-persons'} onClick={() => void step('tell-persons')}>
              <Trans>Tell the people</Trans>
            </Button>
            <Button variant="default" loading={busy === 'close'} onClick={() => void step('close')}>
              <Trans>Close it</Trans>
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}

interface Register {
  activities: { data: { fields: { key: string; label: string }[] | null }[] | null }[] | null;
}

function Note({ path, register, done }: { path: string; register: string; done: () => void }) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)} style={{ alignSelf: 'flex-start' }}>
        <Trans>Note a breach</Trans>
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t`Note a breach`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
        <Form
          path={path}
          register={register}
          done={() => {
            setOpen(false);
            done();
          }}
        />
      </Modal>
    </>
  );
}

function Form({ path, register, done }: { path: string; register: string; done: () => void }) {
  const { t, i18n } = useLingui();
  const known = useAsk<Register>(`${register}?format=json&locale=${i18n.locale}`);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [id] = useState(newId);
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const form = useForm({
    initialValues: {
      kinds: ['confidentiality'],
      from: now,
      until: now,
      aware_at: now,
      fields: [] as string[],
      nature: '',
      consequences: '',
      measures: '',
    },
    validate: {
      kinds: (v) => (v.length > 0 ? null : t`Choose at least one.`),
      fields: (v) => (v.length > 0 ? null : t`Choose at least one.`),
      nature: (v) => (v.trim().length >= 10 ? null : t`Say in a sentence what happened.`),
    },
  });
  const fields = new Map<string, string>();
  for (const a of known.data?.activities ?? []) for (const d of a.data ?? []) for (const f of d.fields ?? []) fields.set(f.key, f.label);
  const instant = (v: string) => new Date(v).toISOString();
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      const body = { ...v, from: instant(v.from), until: instant(v.until), aware_at: instant(v.aware_at), nature: v.nature.trim() };
      await call(`${path}/${id}`, { method: 'PUT', body });
      done();
    } catch (e) {
      const found = fieldErrors(e, i18n);
      if (Object.keys(found).length > 0) form.setErrors(found);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Failed error={error ?? known.error} />
        <Checkbox.Group label={<Trans>What happened to the data</Trans>} {...form.getInputProps('kinds')}>
          <Stack gap={6} mt={6}>
            <Checkbox value="confidentiality" label={<Trans>Somebody saw or got it</Trans>} />
            <Checkbox value="integrity" label={<Trans>It was changed</Trans>} />
            <Checkbox value="availability" label={<Trans>It was lost or could not be reached</Trans>} />
          </Stack>
        </Checkbox.Group>
        <TextInput label={<Trans>When it began</Trans>} type="datetime-local" {...form.getInputProps('from')} />
        <TextInput label={<Trans>When it ended</Trans>} type="datetime-local" {...form.getInputProps('until')} />
        <TextInput
          label={<Trans>When you learned of it</Trans>}
          description={<Trans>The 72 hours run from here.</Trans>}
          type="datetime-local"
          {...form.getInputProps('aware_at')}
        />
        <MultiSelect
          label={<Trans>Which data</Trans>}
          description={<Trans>As the register of processing names it. Whom it concerns is computed from this.</Trans>}
          data={[...fields].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label))}
          searchable
          {...form.getInputProps('fields')}
        />
        <Textarea
          label={<Trans>What happened</Trans>}
          description={<Trans>Name nobody.</Trans>}
          minRows={3}
          maxLength={10000}
          {...form.getInputProps('nature')}
        />
        <Textarea label={<Trans>What may follow for people</Trans>} maxLength={10000} {...form.getInputProps('consequences')} />
        <Textarea label={<Trans>What was done about it</Trans>} maxLength={10000} {...form.getInputProps('measures')} />
        <Button type="submit" loading={busy}>
          <Trans>Note it</Trans>
        </Button>
      </Stack>
    </form>
  );
}
