import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/api/client';
import type { OfficeSettings } from '@/api/office';
import { fieldErrors } from '@/app/errors';
import { Answered, Block, useAsk } from '@/features/ask';
import { countryOptions } from '@/features/privacy/countries';
import { Failed } from '@/features/signin/index';
import { toast } from '@/ui';

/** Settings are whom people write to, and the country whose terms count. */
export function Settings({ org }: { org: string }) {
  const path = `/organisations/${org}/privacy`;
  const asked = useAsk<OfficeSettings>(path);
  return (
    <Block
      title={<Trans>Whom people write to</Trans>}
      lead={<Trans>Shown to everyone whose data the organisation holds, and used in every answer.</Trans>}
    >
      <Answered asked={asked}>{(data) => <Form key={data.version} path={path} settings={data} again={asked.again} />}</Answered>
    </Block>
  );
}

function Form({ path, settings, again }: { path: string; settings: OfficeSettings; again: () => void }) {
  const { t, i18n } = useLingui();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { version, ...fields } = settings;
  const form = useForm({ initialValues: { ...fields } });
  const submit = form.onSubmit(async (v) => {
    setBusy(true);
    setError(undefined);
    try {
      await call(path, { method: 'PUT', body: { ...v, country: v.country ?? '', base: version } });
      toast(t`Saved`);
      again();
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
        <Failed error={error} />
        <TextInput
          label={<Trans>E-mail of the office</Trans>}
          description={<Trans>Where questions and requests arrive.</Trans>}
          type="email"
          required
          {...form.getInputProps('email')}
        />
        <Textarea
          label={<Trans>Postal address</Trans>}
          description={<Trans>Optional. For who would rather write a letter.</Trans>}
          {...form.getInputProps('post')}
        />
        <Select
          label={<Trans>Country</Trans>}
          description={
            <Trans>Optional. Its holidays count in deadlines, and its law says what must be kept. Without it nothing is kept by law.</Trans>
          }
          data={countryOptions(i18n.locale).slice(1)}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t`Clear` }}
          {...form.getInputProps('country')}
          value={form.values.country || null}
        />
        <TextInput
          label={<Trans>E-mail of the data-protection officer</Trans>}
          description={<Trans>Optional. Where the organisation has one.</Trans>}
          type="email"
          {...form.getInputProps('officer_email')}
        />
        <Textarea
          label={<Trans>Postal address of the officer</Trans>}
          description={<Trans>Optional.</Trans>}
          {...form.getInputProps('officer_post')}
        />
        <Button type="submit" loading={busy} disabled={!form.isDirty()} style={{ alignSelf: 'flex-start' }}>
          <Trans>Save</Trans>
        </Button>
      </Stack>
    </form>
  );
}
