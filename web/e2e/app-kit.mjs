/** What the tests of signing in, of being offline and of the screens share. */
import { request as ask, createServer } from 'node:http';
import { chromium } from 'playwright-core';

export { axe, desk, phone, photo, until } from './site-kit.mjs';

export const target = new URL(process.env.PLUMBLINE_URL ?? 'http://127.0.0.1:8080');
export const anna = { email: process.env.PLUMBLINE_EMAIL ?? '', password: process.env.PLUMBLINE_PASSWORD ?? '' };
export const pieter = { email: process.env.PLUMBLINE_EMAIL2 ?? '', password: process.env.PLUMBLINE_PASSWORD2 ?? anna.password };

let browser;
const wires = new Set();

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.PLUMBLINE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

export async function stop() {
  await browser?.close();
  for (const w of [...wires]) await w.close();
}

/** A device: its own storage and service worker. What the page breaks, and whom it asks beside our server, is noted. */
export async function device(options, baseURL = target.origin) {
  const context = await browser.newContext({ baseURL, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const faults = [];
  const strange = [];
  page.on('pageerror', (e) => faults.push(e.message));
  page.on('console', (m) => {
    // That something could not be fetched is what some of these tests are about.
    if (m.type() === 'error' && !/Failed to load resource|ERR_/.test(m.text())) faults.push(m.text());
  });
  context.on('request', (r) => {
    const url = new URL(r.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(baseURL).origin) strange.push(r.url());
  });
  return { context, page, faults, strange };
}

/** Signs in as a person does. */
export async function signIn(page, who, next = '/') {
  await page.goto(next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((u) => !u.pathname.startsWith('/signin'));
  // The tests read English, whatever the account prefers.
  const { body } = await api(page, '/session');
  if (body.account.locale === 'en') return;
  await api(page, '/account', { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ locale: 'en' }) });
  await page.reload();
}

/** The API as the page's own session sees it. */
export function api(page, path, init) {
  return page.evaluate(
    async ([path, init]) => {
      const res = await fetch(`/api/v1${path}`, init ?? {});
      return { status: res.status, body: res.status === 204 ? null : await res.json() };
    },
    [path, init],
  );
}

/** The page is the service worker's from now on: it opens without a network. */
export async function installed(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
      await new Promise((r) => navigator.serviceWorker.addEventListener('controllerchange', r, { once: true }));
  });
}

/**
 * A line to the server that can be cut: `cut` ends every connection and lets none through, as a dead server does while the device thinks
 * that it is online; `loseAnswer` lets a request through and cuts the line before its answer.
 */
export async function wire() {
  let down = false;
  let lose = null;
  const sockets = new Set();
  const server = createServer((req, res) => {
    const up = ask({ host: target.hostname, port: target.port, method: req.method, path: req.url, headers: req.headers }, (answer) => {
      if (lose?.(req)) {
        lose = null;
        answer.resume();
        answer.on('end', () => req.socket.destroy());
        return;
      }
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      res.flushHeaders();
      answer.pipe(res);
    });
    up.on('error', () => req.socket.destroy());
    res.on('close', () => up.destroy());
    req.pipe(up);
  });
  server.on('connection', (s) => {
    if (down) {
      s.destroy();
      return;
    }
    sockets.add(s);
    s.on('close', () => sockets.delete(s));
  });
  await new Promise((r) => server.listen(0, '127.0.0.1', r));
  const line = {
    origin: `http://127.0.0.1:${server.address().port}`,
    cut() {
      down = true;
      for (const s of sockets) s.destroy();
    },
    mend() {
      down = false;
    },
    loseAnswer(which) {
      lose = which;
    },
    lost: () => lose === null,
    async close() {
      wires.delete(line);
      for (const s of sockets) s.destroy();
      await new Promise((r) => server.close(r));
    },
  };
  wires.add(line);
  return line;
}
