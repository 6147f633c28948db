import { Trans } from '@lingui/react/macro';
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

/** What can be taken back, newest last: the toast's button and Ctrl or Cmd and Z. */
const undoable: { undo: () => unknown; toast?: string }[] = [];

/** remember keeps a way back for Ctrl or Cmd and Z, without a toast. */
export function remember(undo: () => unknown, toast?: string): void {
  undoable.push({ undo, ...(toast ? { toast } : {}) });
  if (undoable.length > 50) undoable.shift();
}

/** forgetUndo lets go of all ways back: whoever is elsewhere does not see what they would change. */
export function forgetUndo(): void {
  undoable.length = 0;
}

/** undoLast takes the last thing back; false when there is nothing. */
export async function undoLast(): Promise<boolean> {
  const last = undoable.pop();
  if (!last) return false;
  if (last.toast) notifications.hide(last.toast);
  await last.undo();
  return true;
}

/** toast says what was done, and takes it back when there is a way. Undo in the place of "are you sure". */
export function toast(text: ReactNode, undo?: () => unknown): void {
  const id = notifications.show({
    autoClose: undo ? 8000 : 4000,
    withCloseButton: false, // it goes by itself, and a button without a name helps nobody
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <span>{text}</span>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            const at = undoable.findIndex((u) => u.toast === id);
            if (at >= 0) undoable.splice(at, 1);
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
  if (undo) remember(undo, id);
}
