import { I18nProvider } from '@lingui/react';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ActionsProvider } from '@/actions/react';
import { DeviceProvider } from '@/store';
import type { Device } from '@/store/device';
import { i18n } from './i18n';
import { makeRouter } from './router';
import { Toasts } from './Toasts';
import { schemes, theme, variables } from './theme';

export function App({ device, nonce }: { device: Device; nonce: string }) {
  const [router] = useState(() => makeRouter(device));
  useEffect(
    () =>
      device.subscribe(() => {
        document.documentElement.dataset.phase = device.state().phase;
      }),
    [device],
  );
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      deduplicateCssVariables={false}
    >
      <I18nProvider i18n={i18n}>
        <DeviceProvider device={device}>
          <ActionsProvider>
            <Toasts />
            <RouterProvider router={router} />
          </ActionsProvider>
        </DeviceProvider>
      </I18nProvider>
    </MantineProvider>
  );
}
