/** All filters, on a phone. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Drawer } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import s from './points.module.css';

export default function FilterDrawer({ opened, onClose, children }: { opened: boolean; onClose: () => void; children: ReactNode }) {
  const { t } = useLingui();
  // Closed at first, so that it knows where the focus was when it opened.
  const [begun, begin] = useState(false);
  useEffect(() => begin(true), []);
  return (
    <Drawer
      opened={opened && begun}
      onClose={onClose}
      position="bottom"
      size="auto"
      title={t`Filter`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <div className={s.drawer}>
        {children}
        <Button size="lg" onClick={onClose}>
          <Trans>Show</Trans>
        </Button>
      </div>
    </Drawer>
  );
}
