import { useNotifications } from '@mantine/notifications';
import { type ComponentType, useEffect, useState } from 'react';

/** saying loads what shows what is said in passing; nothing where that cannot be had now. */
async function saying(): Promise<ComponentType | undefined> {
  try {
    // Undefined when a part does not come: see update.ts.
    return ((await import('./Said')) as typeof import('./Said') | undefined)?.default;
  } catch {
    return undefined;
  }
}

/** Toasts loads what shows them once there is one, and tries again with the next: no first screen says anything in passing. */
export function Toasts() {
  const { notifications } = useNotifications();
  const count = notifications.length;
  const [Said, set] = useState<ComponentType>();
  useEffect(() => {
    if (count === 0 || Said) return;
    let live = true;
    void saying().then((part) => live && part && set(() => part));
    return () => {
      live = false;
    };
  }, [count, Said]);
  return Said ? <Said /> : null;
}
