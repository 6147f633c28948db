// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/**
 * For the browser tests of plans, points and capture. They run against any server that holds the demo site:
 *   PLUMBLINE_URL       default http://127.0.0.1:8080
 *   PLUMBLINE_EMAIL, PLUMBLINE_PASSWORD   a manager of the site, as `plumbline demo` prints them
 *   PLUMBLINE_CHROMIUM  default /usr/bin/chromium
 * Each file is a script of its own: node --test e2e/plan.mjs
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const URL_ = process.env.PLUMBLINE_URL ?? 'http://127.0.0.1:8080';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const desk = { viewport: { width: 1440, height: 900 } };
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

let browser;

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.PLUMBLINE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
}

export async function stop() {
  await browser?.close();
}

/** The second who signs in, so that no test file uses up what one account may ask for in a while. */
export const second = { email: process.env.PLUMBLINE_EMAIL2, password: process.env.PLUMBLINE_PASSWORD2 ?? process.env.PLUMBLINE_PASSWORD };

/** A signed-in browser with its own storage. Faults of the page fail the test at the end. */
export async function open(
  options = desk,
  { email, password } = { email: process.env.PLUMBLINE_EMAIL, password: process.env.PLUMBLINE_PASSWORD },
) {
  const context = await browser.newContext({ baseURL: URL_, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const api = (method, path, data, headers) =>
    context.request.fetch(`/api/v1${path}`, { method, data, headers: { Origin: URL_, ...headers } });
  const session = await api('GET', '/session');
  if (session.status() === 401) {
    if (!email || !password) throw new Error('PLUMBLINE_EMAIL and PLUMBLINE_PASSWORD say who signs in');
    const answer = await api('POST', '/session', { email, password });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
    // The tests read English, whatever the account prefers.
    await api('PATCH', '/account', { locale: 'en' });
  }
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (e) => faults.push(e.message));
  const strange = [];
  page.on('request', (r) => {
    const url = new URL(r.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(URL_).origin) strange.push(r.url());
  });
  const { items: projects } = await (await api('GET', '/projects')).json();
  const project = projects[0].id;
  return { context, page, api, project, faults, strange };
}

/** The points of the project as the server has them. */
export async function serverPoints({ api, project }, query = 'closed=any&limit=100') {
  const answer = await api('GET', `/projects/${project}/points?${query}`);
  return (await answer.json()).items;
}

/** Asks until the answer is true: for what happens when the network has had its time. */
export async function until(what, fn, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await fn();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Everything that axe finds, as short lines. */
export async function axe(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const result = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 140)}`));
  });
}

/** How many dark and coloured pixels the plan shows (ink of the drawing, pins), and a mark that differs when the picture does. */
export function ink(page) {
  return page.evaluate(() => {
    let dark = 0;
    let coloured = 0;
    let mark = 0;
    for (const canvas of document.querySelectorAll('[data-plan] canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 16) {
        const [r, g, b, a] = [data[i], data[i + 1], data[i + 2], data[i + 3]];
        mark = (Math.imul(mark, 31) + r + g * 7 + b * 13 + a) | 0;
        if (a < 200) continue;
        if (Math.max(r, g, b) - Math.min(r, g, b) > 80) coloured++;
        else if (r < 140) dark++;
      }
    }
    return { dark, coloured, mark };
  });
}

/** A small picture file, a JPEG with the given day in its EXIF, made by the browser itself. */
export async function photo(page, name = 'site.jpg') {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 3200;
    canvas.height = 1600;
    const ctx = canvas.getContext('2d');
    ctx.fillStyle = '#b98';
    ctx.fillRect(0, 0, 3200, 1600);
    ctx.fillStyle = '#345';
    ctx.fillRect(200, 200, 900, 900);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (const b of bytes) text += String.fromCharCode(b);
    return btoa(text);
  });
  const plain = Buffer.from(base64, 'base64');
  return { name, mimeType: 'image/jpeg', buffer: withExif(plain, '2026:11:19 14:02:33', '+01:00') };
}

function withExif(jpeg, date, offset) {
  const tiff = Buffer.alloc(8 + 18 + 2 + 24 + 4 + 20 + 7);
  tiff.write('II', 0);
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x8769, 10);
  tiff.writeUInt16LE(4, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt32LE(26, 18);
  tiff.writeUInt16LE(2, 26);
  const text = (entry, tag, value, at) => {
    tiff.writeUInt16LE(tag, entry);
    tiff.writeUInt16LE(2, entry + 2);
    tiff.writeUInt32LE(value.length + 1, entry + 4);
    tiff.writeUInt32LE(at, entry + 8);
    tiff.write(`${value}\0`, at, 'latin1');
  };
  text(28, 0x9003, date, 56);
  text(40, 0x9011, offset, 76);
  const head = Buffer.from([0xff, 0xe1, (tiff.length + 8) >> 8, (tiff.length + 8) & 255, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  return Buffer.concat([jpeg.subarray(0, 2), head, tiff, jpeg.subarray(2)]);
}
