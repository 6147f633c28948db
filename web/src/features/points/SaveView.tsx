import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { View } from '@/api/types';
import s from './points.module.css';

/** SaveView asks what a view is called, and who has it. */
export function SaveView({
  view,
  manager,
  onClose,
  onSave,
}: {
  view: View | null;
  manager: boolean;
  onClose: () => void;
  onSave: (name: string, shared: boolean) => void;
}) {
  const { t } = useLingui();
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  return (
    <Modal
      opened
      onClose={onClose}
      size="sm"
      title={view ? t`Rename or share` : t`Save this view`}
      closeButtonProps={{ 'aria-label': t`Close` }}
      transitionProps={{ duration: 80 }}
    >
      <form
        className={s.bulk}
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim()) onSave(name.trim(), shared);
        }}
      >
        <TextInput label={t`Name`} value={name} maxLength={80} onChange={(e) => setName(e.currentTarget.value)} data-autofocus required />
        {manager && (
          <Checkbox label={t`Shared with everybody on the project`} checked={shared} onChange={(e) => setShared(e.currentTarget.checked)} />
        )}
        <Button type="submit" disabled={!name.trim()}>
          <Trans>Save</Trans>
        </Button>
      </form>
    </Modal>
  );
}
