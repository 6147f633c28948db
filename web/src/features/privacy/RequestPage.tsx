import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, send } from '@/api/client';
import type { RequestCase, RequestStatus } from '@/api/privacy';
import { fieldErrors } from '@/app/errors';
import { Answered, save, take, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { Outside } from '@/features/signin/Outside';
import { civil, exact, useDeviceState, useReader } from '@/store';
import { toast } from '@/ui';
import { countryOptions } from './countries';
import s from './Privacy.module.css';

function useKinds(): { value: string; label: string }[] {
  const { t } = useLingui();
  return [
    { value: '', label: t`I say it in my own words` },
    { value: 'A15', label: t`See what is held about me` },
    { value: 'A16', label: t`Correct something` },
    { value: 'A17', label: t`Erase my data` },
    { value: 'A18', label: t`Set my data aside` },
    { value: 'A21', label: t`Object to a use of my data` },
    { value: 'A20', label: t`Take my data elsewhere` },
    { value: 'A7-3', label: t`Withdraw my consent` },
    { value: 'child', label: t`Say that someone here is a child` },
  ];
}

/** RequestPage is for who has no account, or rather writes. Each field says what it is for; two are optional. */
export function RequestPage() {
  const { t, i18n } = useLingui();
  const kinds = useKinds();
  const { session } = useDeviceState();
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { email: '', kind: '', text: '', organisation: '', country: '' },
    validate: {
      email: (v, all) => (session || all.kind === 'child' || v.includes('@') ? null : t`Enter your e-mail address.`),
      country: (v, all) => (all.kind !== 'child' || v ? null : t`Choose a country.`),
      text: (v, all) => (v.trim() || (all.kind && all.kind !== 'child') ? null : t`Say what you ask for, or choose it above.`),
    },
  });
  const child = form.values.kind === 'child';
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      const text = v.text.trim();
      const what = { locale: i18n.locale, ...(text && { text }), ...(v.kind && { rights: [v.kind] }) };
      const named = v.organisation.trim();
      if (child) await send('/child-reports', { method: 'POST', body: { description: text, country: v.country } });
      else if (session) await call('/me/requests', { method: 'POST', body: { ...what, ...(named && { organisation: named }) } });
      else {
        // Who writes from outside knows no id: the name stands in the letter.
        const letter = named ? `${named}\n\n${text}`.trim() : text;
        await send('/requests', { method: 'POST', body: { ...what, ...(letter && { text: letter }), email: v.email.trim() } });
      }
      setSent(true);
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <Outside title={t`Ask about your data`} wide>
      {sent ? (
        <Alert color="blueprint" variant="light" role="status">
          {child ? (
            <Trans>
              Thank you. The privacy officer looks at it. Whoever it is about is shown to nobody meanwhile, where it is clear who it is.
            </Trans>
          ) : session ? (
            <Trans>It is with the privacy office. The answer comes by mail, with a link to read it.</Trans>
          ) : (
            <Trans>
              A mail with a link is on its way to this address. Open it to confirm that you ask. The same link shows how it stands, and by
              when you get an answer.
            </Trans>
          )}
        </Alert>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <p className={s.lead}>
              {session ? (
                <Trans>
                  Most of this you do yourself, at once, under <Link to="/account/privacy">Your data</Link>.
                </Trans>
              ) : (
                <Trans>You need no account. With one, you do most of this yourself, at once: sign in, and open Your data.</Trans>
              )}
            </p>
            <Failed error={error} />
            {!session && !child && (
              <TextInput
                label={<Trans>E-mail</Trans>}
                description={<Trans>To confirm that it is you who asks, and to answer. Used for nothing else.</Trans>}
                type="email"
                autoComplete="email"
                inputMode="email"
                {...form.getInputProps('email')}
              />
            )}
            <NativeSelect
              label={<Trans>What you ask for</Trans>}
              description={<Trans>Optional. So that it reaches the right desk at once.</Trans>}
              data={kinds}
              {...form.getInputProps('kind')}
            />
            <Textarea
              label={<Trans>Your words</Trans>}
              description={
                <Trans>Read only by who answers. A letter can be pasted whole. Send no copy of an identity card: it is not needed.</Trans>
              }
              minRows={4}
              maxLength={20000}
              {...form.getInputProps('text')}
            />
            {child ? (
              <NativeSelect
                label={<Trans>Country</Trans>}
                description={<Trans>Where the child lives. Each country has its own age.</Trans>}
                data={countryOptions(i18n.locale)}
                {...form.getInputProps('country')}
              />
            ) : session ? (
              <NativeSelect
                label={<Trans>Organisation</Trans>}
                description={<Trans>Optional. Whom you mean; without it, everyone who holds something about you.</Trans>}
                data={[{ value: '', label: '–' }, ...session.organisations.map((o) => ({ value: o.id, label: o.name }))]}
                {...form.getInputProps('organisation')}
              />
            ) : (
              <TextInput
                label={<Trans>Organisation</Trans>}
                description={
                  <Trans>Optional. The company or site that you mean, if it is about a project: it decides over that data.</Trans>
                }
                autoComplete="organization"
                maxLength={200}
                {...form.getInputProps('organisation')}
              />
            )}
            <Button type="submit" size="lg" loading={busy} fullWidth>
              <Trans>Send</Trans>
            </Button>
          </Stack>
        </form>
      )}
    </Outside>
  );
}

/** RequestStatusPage is how a request stands, at each who decides, with its own date. */
export function RequestStatusPage() {
  const { t, i18n } = useLingui();
  const { secret } = useParams({ from: '/request/$secret' });
  const path = `/requests/${encodeURIComponent(secret)}`;
  const asked = useAsk<RequestStatus>(`${path}?locale=${i18n.locale}`);
  return (
    <Outside title={t`Your request`} wide>
      <Answered asked={asked}>{(data) => <Status request={data} path={path} again={asked.again} />}</Answered>
    </Outside>
  );
}

function Status({ request: q, path, again }: { request: RequestStatus; path: string; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>();
  const step = async (kind: 'confirm' | 'add' | 'withdraw', words = '') => {
    setBusy(kind);
    setError(undefined);
    try {
      await call(path, { method: 'POST', body: { kind, text: words } });
      if (kind === 'add') {
        setText('');
        toast(t`Sent`);
      }
      again();
    } catch (e) {
      setError(e);
    } finally {
      setBusy('');
    }
  };
  const cases = q.cases ?? [];
  const messages = q.messages ?? [];
  const over = cases.length > 0 && cases.every((c) => ['done', 'refused', 'withdrawn', 'merged'].includes(c.state));
  return (
    <Stack gap="md">
      <p className={s.lead}>
        <Trans>Received on {exact(q.received_at, r)}.</Trans>
      </p>
      <Failed error={error} />
      {!q.email_confirmed && (
        <div className={s.calm} role="status">
          <p>
            <Trans>Confirm that you asked this. Until then nobody works on it.</Trans>
          </p>
          <Button size="md" fullWidth loading={busy === 'confirm'} onClick={() => void step('confirm')}>
            <Trans>Yes, I asked this</Trans>
          </Button>
        </div>
      )}
      <ul className={s.plain}>
        {cases.map((c) => (
          <CaseRow key={c.id} of={c} path={path} />
        ))}
      </ul>
      {messages.length > 0 && (
        <section aria-label={t`Messages`}>
          <ul className={s.messages}>
            {messages.map((m) => (
              <li key={`${m.at}/${m.from}`} data-from={m.from}>
                <span className="quiet">
                  {m.from === 'you' ? t`You` : t`Privacy office`}, <time dateTime={m.at}>{exact(m.at, r)}</time>
                </span>
                <p>{m.text}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {q.email_confirmed && !over && (
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            if (text.trim()) void step('add', text.trim());
          }}
        >
          <Stack gap="sm">
            <Textarea
              label={<Trans>Add something</Trans>}
              description={<Trans>Read only by who answers.</Trans>}
              value={text}
              maxLength={20000}
              onChange={(e) => setText(e.currentTarget.value)}
            />
            <div className={s.two}>
              <Button type="submit" variant="default" loading={busy === 'add'} disabled={!text.trim()}>
                <Trans>Send</Trans>
              </Button>
              <Button variant="default" loading={busy === 'withdraw'} onClick={() => void step('withdraw')}>
                <Trans>Withdraw the request</Trans>
              </Button>
            </div>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

function CaseRow({ of: c, path }: { of: RequestCase; path: string }) {
  const { t } = useLingui();
  const r = useReader();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const states: Record<RequestCase['state'], string> = {
    open: t`Received`,
    identity: t`Waits for an answer of yours`,
    working: t`Being worked on`,
    sent: t`Answered; recipients are still being told`,
    done: t`Done`,
    refused: t`Refused`,
    merged: t`Joined with another request of yours`,
    withdrawn: t`Withdrawn by you`,
  };
  const running = ['open', 'identity', 'working', 'sent'].includes(c.state);
  const download = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const res = await send(`${path}/archive?case=${c.id}`, { timeout: 900_000 });
      save(await take(res, () => undefined), 'plumbline.zip');
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className={s.case}>
      <b>{c.controller.name}</b>
      <span>
        {states[c.state] ?? c.state} <span className="quiet">· {(c.rights ?? []).map((x) => x.label).join(', ')}</span>
      </span>
      {running && (
        <span>
          {c.paused ? (
            <Trans>The time stands still until you answer.</Trans>
          ) : (
            <Trans>An answer is due by {civil(c.extended_to || c.due, r)}.</Trans>
          )}
          {c.extended_to && !c.paused && (
            <>
              {' '}
              <Trans>It takes longer than a month, for the reasons below.</Trans>
            </>
          )}
        </span>
      )}
      {[c.doubt, c.later, c.ground, c.reasons, c.answer, c.routes].map(
        (x) =>
          x && (
            <p key={x} className={s.text}>
              {x}
            </p>
          ),
      )}
      <Failed error={error} />
      {c.archive && (
        <Button variant="default" loading={busy} onClick={() => void download()}>
          <Trans>Download my data</Trans>
        </Button>
      )}
    </li>
  );
}
