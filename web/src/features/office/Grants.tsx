import { Trans, useLingui } from '@lingui/react/macro';
import { Button, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { SupportGrant } from '@/api/office';
import { fieldErrors } from '@/app/errors';
import { Answered, Block, useAsk } from '@/features/ask';
import { Failed } from '@/features/signin/index';
import { exact, useReader } from '@/store';
import s from './Office.module.css';

/** Grants let one of the operator's staff look, for a reason and a time. Whoever is looked at sees it on their own page. */
export function Grants({ org }: { org: string }) {
  const path = `/organisations/${org}/support-grants`;
  const asked = useAsk<{ items: SupportGrant[] | null }>(path);
  return (
    <Block
      title={<Trans>Support may look, when you let it</Trans>}
      lead={
        <Trans>
          One of the operator's staff, for one reason, for at most 72 hours. Each person that is looked at sees it on their own page.
        </Trans>
      }
    >
      <Answered asked={asked}>
        {({ items }) => (
          <>
            {(items ?? []).length === 0 ? (
              <p className="quiet">
                <Trans>Nobody was ever let in.</Trans>
              </p>
            ) : (
              <ul className={s.rows}>
                {(items ?? []).map((g) => (
                  <Row key={g.id} grant={g} path={path} again={asked.again} />
                ))}
              </ul>
            )}
            <Open path={path} again={asked.again} />
          </>
        )}
      </Answered>
    </Block>
  );
}

function Row({ grant: g, path, again }: { grant: SupportGrant; path: string; again: () => void }) {
  const { t } = useLingui();
  const r = useReader();
  const [error, setError] = useState<unknown>();
  const end = async () => {
    setError(undefined);
    try {
      await call(`${path}/${g.id}`, { method: 'DELETE' });
      again();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <li>
      <div className={s.row}>
        <span>
          <b>{g.staff_email}</b> {g.running && <span className={s.on}>{t`may look now`}</span>}
          <span className={s.line}>{g.reason}</span>
          <span className={s.line}>
            <span className="quiet">
              {exact(g.opened_at, r)} – {exact(g.ended_at ?? g.until_at, r)}
            </span>
          </span>
        </span>
        {g.running && (
          <Button variant="default" onClick={() => void end()} aria-label={t`Take back from ${g.staff_email}`}>
            <Trans>Take back</Trans>
          </Button>
        )}
      </div>
      <Failed error={error} />
    </li>
  );
}

function Open({ path, again }: { path: string; again: () => void }) {
  const { t, i18n } = useLingui();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [id, setId] = useState(newId);
  const form = useForm({
    initialValues: { staff_email: '', reason: '', hours: 8 as number | string },
    validate: {
      staff_email: (v) => (v.includes('@') ? null : t`Enter an e-mail address.`),
      reason: (v) => (v.trim().length >= 10 ? null : t`Say in a sentence what for.`),
    },
  });
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      await call(`${path}/${id}`, {
        method: 'PUT',
        body: { staff_email: v.staff_email.trim(), reason: v.reason.trim(), hours: Number(v.hours) },
      });
      setId(newId());
      form.reset();
      setOpen(false);
      again();
    } catch (e) {
      const found = fieldErrors(e, i18n);
      if (Object.keys(found).length > 0) form.setErrors(found);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  if (!open)
    return (
      <Button variant="default" onClick={() => setOpen(true)} style={{ alignSelf: 'flex-start' }}>
        <Trans>Let someone look</Trans>
      </Button>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Failed error={error} />
        <TextInput
          label={<Trans>E-mail of the staff member</Trans>}
          description={<Trans>As support gave it to you.</Trans>}
          type="email"
          {...form.getInputProps('staff_email')}
        />
        <Textarea
          label={<Trans>Reason</Trans>}
          description={<Trans>Kept with the grant, and shown to the people who are looked at. Name nobody.</Trans>}
          maxLength={500}
          {...form.getInputProps('reason')}
        />
        <NumberInput
          label={<Trans>Hours</Trans>}
          description={<Trans>It ends by itself.</Trans>}
          min={1}
          max={72}
          allowDecimal={false}
          {...form.getInputProps('hours')}
        />
        <div className={s.two}>
          <Button type="submit" loading={busy}>
            <Trans>Let them look</Trans>
          </Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </Stack>
    </form>
  );
}
