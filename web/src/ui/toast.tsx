import { Trans } from '@lingui/react/macro';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

/** toast says what was done, and takes it back when there is a way. Undo in the place of "are you sure". */
export function toast(text: ReactNode, undo?: () => unknown): void {
  const id = notifications.show({
    autoClose: undo ? 8000 : 4000,
    withCloseButton: !undo,
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <span>{text}</span>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            void undo();
          }}
        >
          <Trans>Undo</Trans>
        </Button>
      </Group>
    ) : (
      text
    ),
  });
}
