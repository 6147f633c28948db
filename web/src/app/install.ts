/** The browser's offer to install, and lasting storage. Asked once; "not now" is remembered for 60 days. */
interface Offer extends Event {
  prompt(): Promise<unknown>;
}

let offer: Offer | null = null;
const listeners = new Set<(there: boolean) => void>();
const key = 'plumbline-install-later';

function later(): boolean {
  try {
    return Number(localStorage.getItem(key) ?? 0) > Date.now();
  } catch {
    return true;
  }
}

export function watchInstall(): void {
  addEventListener('beforeinstallprompt', (e) => {
    e.preventDefault();
    offer = e as Offer;
    tell();
  });
  addEventListener('appinstalled', () => {
    offer = null;
    tell();
  });
}

function tell(): void {
  // A phone on a site is what installing is for; on a desk it is in the browser's own menu.
  const small = matchMedia('(max-width: 767px)').matches;
  for (const f of listeners) f(offer !== null && small && !later());
}

export function onInstall(f: (there: boolean) => void): () => void {
  listeners.add(f);
  tell();
  return () => listeners.delete(f);
}

export async function install(yes: boolean): Promise<void> {
  const now = offer;
  offer = null;
  if (yes) await now?.prompt();
  else
    try {
      localStorage.setItem(key, String(Date.now() + 60 * 86_400_000));
    } catch {
      // Then it is asked again.
    }
  tell();
}

/** lasting asks the browser not to throw our data away. Answers whether it will not. */
export async function lasting(): Promise<boolean | undefined> {
  try {
    return (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.());
  } catch {
    return undefined;
  }
}
