import { useNotifications } from '@mantine/notifications';
import { usePart } from './part';

/** Undefined when a part does not come: see update.ts. */
type Said = typeof import('./Said') | undefined;
const load = () => import('./Said').then((m: Said) => m?.default);

/** Toasts loads what shows them once there is one, and tries again with the next: no first screen says anything in passing. */
export function Toasts() {
  const { notifications } = useNotifications();
  const Said = usePart(load, notifications.length);
  return Said ? <Said /> : null;
}
