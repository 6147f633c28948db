import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import { fieldErrors } from '@/app/errors';
import { Failed } from '@/features/signin/index';
import { useDevice, useDeviceState, useSession } from '@/store';

/** NewProject is for owners and managers of an organisation; others see nothing. It needs a network, as signing in does. */
export function NewProject() {
  const { t, i18n } = useLingui();
  const { session } = useDeviceState();
  const { account } = useSession();
  const device = useDevice();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const mine = (session?.organisations ?? []).filter((o) => o.role === 'owner' || o.role === 'manager');
  const form = useForm({ initialValues: { org_id: mine[0]?.id ?? '', name: '', code: '', place: '' } });
  if (mine.length === 0) return null;
  const submit = form.onSubmit(async (values) => {
    const id = newId();
    setBusy(true);
    setError(undefined);
    try {
      await call(`/projects/${id}`, {
        method: 'PUT',
        body: { ...values, org_id: values.org_id || mine[0]?.id, name: values.name.trim(), time_zone: account.time_zone },
      });
      await device.list();
      setOpened(false);
      await navigate({ to: '/p/$project/plans', params: { project: id } });
    } catch (e) {
      const fields = fieldErrors(e, i18n);
      if (Object.keys(fields).length > 0) form.setErrors(fields);
      else setError(e);
    } finally {
      setBusy(false);
    }
  });
  return (
    <>
      <Button onClick={() => setOpened(true)}>
        <Trans>New project</Trans>
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t`New project`} closeButtonProps={{ 'aria-label': t`Close` }}>
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            <Failed error={error} />
            {mine.length > 1 && (
              <NativeSelect
                label={<Trans>Organisation</Trans>}
                data={mine.map((o) => ({ value: o.id, label: o.name }))}
                {...form.getInputProps('org_id')}
              />
            )}
            <TextInput label={<Trans>Name</Trans>} required data-autofocus maxLength={200} {...form.getInputProps('name')} />
            <TextInput label={<Trans>Code</Trans>} maxLength={12} {...form.getInputProps('code')} />
            <TextInput label={<Trans>Place</Trans>} maxLength={200} {...form.getInputProps('place')} />
            <Button type="submit" loading={busy} disabled={!form.values.name.trim()}>
              <Trans>Make the project</Trans>
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
