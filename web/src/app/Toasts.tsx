import { useNotifications } from '@mantine/notifications';
import { lazy, Suspense, useRef } from 'react';

const Said = lazy(() => import('./Said'));

/** Toasts loads what shows them once there is one: no first screen says anything in passing. */
export function Toasts() {
  const { notifications } = useNotifications();
  const ever = useRef(false);
  ever.current ||= notifications.length > 0;
  return <Suspense fallback={null}>{ever.current && <Said />}</Suspense>;
}
