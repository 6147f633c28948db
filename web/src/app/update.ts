/**
 * The service worker and new versions. A new version waits until the person says so: it never takes the page away under a form. The
 * old version's chunks stay cached, so a page that was not reloaded goes on working.
 */
type Listener = () => void;

interface Updates {
  waiting: ServiceWorker | null;
  /** A part of the app could not be loaded: the server has a newer one. */
  stale: boolean;
}

let state: Updates = { waiting: null, stale: false };
const listeners = new Set<Listener>();

function set(s: Partial<Updates>): void {
  state = { ...state, ...s };
  for (const f of listeners) f();
}

export const updates = (): Updates => state;

export function onUpdates(f: Listener): () => void {
  listeners.add(f);
  return () => listeners.delete(f);
}

export function watchUpdates(): void {
  addEventListener('vite:preloadError', (e) => {
    e.preventDefault();
    set({ stale: true });
  });
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  let had = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over silently; a later one because somebody asked for it.
    if (had) location.reload();
    had = true;
  });
  // It fetches the whole app: not before the first screen is there.
  const begin = () => {
    navigator.serviceWorker.register('/sw.js', { scope: '/' }).then(
      (r: ServiceWorkerRegistration | undefined) => {
        if (!r) return;
        const look = () => set({ waiting: navigator.serviceWorker.controller ? r.waiting : null });
        look();
        r.addEventListener('updatefound', () => r.installing?.addEventListener('statechange', look));
        const ask = () => document.visibilityState === 'visible' && void r.update().catch(() => undefined);
        document.addEventListener('visibilitychange', ask);
        setInterval(ask, 3_600_000);
      },
      (e: unknown) => console.warn('service worker', e),
    );
  };
  if (navigator.serviceWorker.controller || !('requestIdleCallback' in window)) begin();
  else requestIdleCallback(begin, { timeout: 1500 });
}

/** takeUpdate loads the new version now. */
export function takeUpdate(): void {
  if (state.waiting) state.waiting.postMessage('take-over');
  else location.reload();
}
