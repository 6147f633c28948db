// What Lighthouse says of the sign-in and of the list of points, in its desktop preset, and what scripts they load.
// Usage: node run.mjs PROGRAM DATA [REPEAT]; PROGRAM serves its demo site out of DATA. Chromium: PLUMBLINE_CHROMIUM.
//
// "first" is a browser that never was here; its session is a cookie. "again" is one that has the project, and the service worker.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [program, data, repeat = '3'] = process.argv.slice(2);
const categories = ['performance', 'accessibility', 'best-practices'];
const figures = { 'first-contentful-paint': 'FCP', 'largest-contentful-paint': 'LCP', 'total-blocking-time': 'TBT' };

const port = await new Promise((resolve) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const { port } = s.address();
    s.close(() => resolve(port));
  });
});
const base = `http://localhost:${port}`;
const server = spawn(program, ['demo', '--addr', `localhost:${port}`, '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
server.stdout.setEncoding('utf8').on('data', (t) => {
  said += t;
});
let browser;
try {
  await ready();
  browser = await puppeteer.launch({
    executablePath: process.env.PLUMBLINE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });
  const who = { email: /[\w.+-]+@[\w.-]+\w/.exec(said)[0], password: /password\s+(.+)/.exec(said)[1].trim() };
  console.log(`Median of ${repeat}; Chromium ${(await browser.version()).split('/')[1]}, Lighthouse's desktop preset.\n`);
  console.log('| screen | performance | accessibility | best practices | FCP, ms | LCP, ms | TBT, ms | scripts, kB as sent |\n|---|---|---|---|---|---|---|---|');
  await row('sign-in, first', '/signin');
  const project = await signIn(who);
  await row('points, first', `/p/${project}/points`);
  await row('points, again', `/p/${project}/points`, { disableStorageReset: true });
} finally {
  await browser?.close();
  server.kill('SIGTERM');
}

async function ready() {
  for (;;) {
    if (server.exitCode !== null) throw new Error('the demo ended before it was ready');
    if (await fetch(`${base}/readyz`).then((r) => r.ok, () => false)) return;
    await new Promise((r) => setTimeout(r, 200));
  }
}

async function signIn(who) {
  const page = await browser.newPage();
  await page.goto(`${base}/signin`);
  const project = await page.evaluate(async (who) => {
    const headers = { 'Content-Type': 'application/json' };
    await fetch('/api/v1/session', { method: 'POST', headers, body: JSON.stringify(who) });
    return (await (await fetch('/api/v1/projects')).json()).items[0].id;
  }, who);
  await page.close();
  return project;
}

async function row(name, path, flags = {}) {
  const runs = [];
  for (let i = 0; i < Number(repeat); i++) {
    const page = await browser.newPage();
    if (!flags.disableStorageReset) await empty(page);
    const { lhr } = await lighthouse(base + path, { logLevel: 'error', onlyCategories: categories, ...flags }, desktopConfig, page);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    if (!lhr.finalDisplayedUrl.endsWith(path)) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
    await page.close();
    runs.push(lhr);
    if (i === 0) for (const c of categories) for (const a of lhr.categories[c].auditRefs) tell(name, c, a, lhr);
  }
  const scores = categories.map((c) => median(runs.map((r) => Math.round(r.categories[c].score * 100))));
  const times = Object.keys(figures).map((f) => Math.round(median(runs.map((r) => r.audits[f].numericValue))));
  const sent = median(runs.map((r) => r.audits['network-requests'].details.items.filter((x) => x.resourceType === 'Script').reduce((n, x) => n + x.transferSize, 0)));
  console.log(`| ${[name, ...scores, ...times, flags.disableStorageReset ? '0, from the cache' : Math.round(sent / 1000)].join(' | ')} |`);
}

/** A browser that never was here, but for its cookies. */
async function empty(page) {
  const cdp = await page.createCDPSession();
  await cdp.send('Network.clearBrowserCache');
  await cdp.send('Storage.clearDataForOrigin', { origin: base, storageTypes: 'indexeddb,local_storage,cache_storage,service_workers,file_systems' });
  await cdp.detach();
}

/** What costs points is said on the side. */
function tell(name, category, ref, lhr) {
  const a = lhr.audits[ref.id];
  if (a.score === null || a.score >= 0.9 || ref.weight === 0) return;
  console.error(`${name}: ${category}: ${a.title} (${a.displayValue ?? a.score}) ${JSON.stringify(a.details?.items?.slice(0, 3) ?? '').slice(0, 400)}`);
}

function median(all) {
  const s = [...all].sort((a, b) => a - b);
  return s[Math.floor(s.length / 2)];
}
