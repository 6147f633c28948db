import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Reading } from '@/api/office';
import { fieldErrors } from '@/app/errors';
import { Failed } from '@/features/signin/index';
import { today, useReader } from '@/store';
import { toast } from '@/ui';
import { useRights } from './words';

/** Letter enters what came by post or mail. The program reads what it asks for; a person corrects that. */
export function Letter({ path, done }: { path: string; done: () => void }) {
  const { t, i18n } = useLingui();
  const r = useReader();
  const names = useRights();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [read, setRead] = useState<Reading>();
  const [id, setId] = useState(newId);
  const form = useForm({
    initialValues: { text: '', received_on: today(r.zone), email: '', rights: [] as string[] },
    validate: { text: (v) => (v.trim() ? null : t`Paste or type the letter.`) },
  });
  const reading = async () => {
    const text = form.values.text.trim();
    if (!text) return;
    try {
      const found = await call<Reading>(`${path}/letters`, { method: 'POST', body: { text } });
      setRead(found);
      form.setFieldValue('rights', [...new Set((found.rights ?? []).map((x) => x.article))]);
    } catch {
      // It can be chosen by hand; filing says what is wrong.
    }
  };
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      const body = {
        text: v.text.trim(),
        received_on: v.received_on,
        ...(v.email.trim() && { email: v.email.trim() }),
        ...(v.rights.length > 0 && { rights: v.rights }),
        ...(read?.language && { locale: read.language }),
      };
      await call(`${path}/cases/${id}`, { method: 'PUT', body });
      setId(newId());
      form.reset();
      setRead(undefined);
      setOpen(false);
      toast(t`Filed`);
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
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        <Trans>Enter a letter</Trans>
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t`A letter`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            <Failed error={error} />
            <Textarea
              label={<Trans>The letter</Trans>}
              description={<Trans>Kept under a key of its own, and destroyed with it.</Trans>}
              minRows={6}
              maxRows={14}
              maxLength={20000}
              data-autofocus
              {...form.getInputProps('text')}
              onBlur={() => void reading()}
            />
            <TextInput
              label={<Trans>Received on</Trans>}
              description={<Trans>The month runs from this day.</Trans>}
              type="date"
              {...form.getInputProps('received_on')}
            />
            <TextInput
              label={<Trans>E-mail of the writer</Trans>}
              description={<Trans>Optional. As the letter gives it, to answer.</Trans>}
              type="email"
              {...form.getInputProps('email')}
            />
            <Checkbox.Group
              label={<Trans>What the letter asks for</Trans>}
              description={
                read?.kind === 'reminder' ? (
                  <Trans>It seems to be a reminder: look whether the request is here already.</Trans>
                ) : read?.kind === 'complaint' ? (
                  <Trans>It seems to be a complaint.</Trans>
                ) : (
                  <Trans>Read by the program; correct it.</Trans>
                )
              }
              {...form.getInputProps('rights')}
            >
              <Stack gap={6} mt={6}>
                {Object.entries(names).map(([article, label]) => (
                  <Checkbox key={article} value={article} label={label} />
                ))}
              </Stack>
            </Checkbox.Group>
            <Button type="submit" loading={busy}>
              <Trans>File it</Trans>
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
