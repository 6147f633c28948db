/// <reference lib="webworker" />
/**
 * The service worker: the whole app from the cache, so that it opens without a network. It never touches /api. A new version is fetched
 * whole, waits, and takes over when a page says so. The version before stays, so that a page of it still finds its late parts.
 */

const worker = self as unknown as ServiceWorkerGlobalScope;
declare global {
  interface WorkerGlobalScope {
    __WB_MANIFEST: { url: string; revision: string | null }[];
  }
}

const files = self.__WB_MANIFEST.map((f) => ({ url: new URL(f.url, worker.location.origin).pathname, revision: f.revision }));
const version = hash(files.map((f) => f.url + (f.revision ?? '')).join('\n'));
const mine = `app-${version}`;

function hash(s: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}

async function install(): Promise<void> {
  const cache = await caches.open(mine);
  await Promise.all(
    files.map(async (f) => {
      // A name with a hash in it is the same file in every version.
      const known = f.revision === null ? await caches.match(f.url) : undefined;
      const res = known ?? (await fetch(f.url, { cache: 'reload', credentials: 'same-origin' }));
      if (!res.ok) throw new Error(`${f.url}: ${res.status}`);
      await cache.put(f.url, res);
    }),
  );
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((k) => k.startsWith('app-') && k !== mine);
  // caches.keys() is in the order of making: the last of the others is the version before.
  await Promise.all(old.slice(0, -1).map((k) => caches.delete(k)));
  await worker.clients.claim();
}

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(mine);
  const hit = await cache.match(path);
  if (hit) return hit;
  return (await caches.match(path)) ?? fetch(request);
}

worker.addEventListener('install', (e) => e.waitUntil(install()));
worker.addEventListener('activate', (e) => e.waitUntil(activate()));
worker.addEventListener('message', (e) => {
  if (e.data === 'take-over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (/^\/(api|dev|healthz|readyz|\.well-known|privacy(\.pdf)?)(\/|$)/.test(url.pathname)) return;
  if (e.request.mode === 'navigate') e.respondWith(answer(e.request, '/index.html'));
  else if (files.some((f) => f.url === url.pathname) || url.pathname.startsWith('/assets/')) e.respondWith(answer(e.request, url.pathname));
});

export {};
