// How long the main thread works for a frame of the planner's screen, in Chromium, on a programme of 20,000 activities and 30,000
// relations that a running server holds. Usage: node run.mjs PROGRAM DATA; PROGRAM serves its demo site out of DATA, or PLUMBLINE_URL,
// _EMAIL and _PASSWORD name one that runs. Chromium: PLUMBLINE_CHROMIUM.
//
// A frame's work is the processor time of all tasks of the page's main thread since the frame before: the handlers of input, the frame's
// own, styles, layout and paint. What waits for a processor that others use does not count; how long a frame took by the clock stands beside.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('playwright-core');
const [program, data] = process.argv.slice(2);
const activities = Number(process.env.PLUMBLINE_BENCH_ACTIVITIES ?? 20_000);
const relations = activities * 1.5;
const env = process.env;

let server;
let base = env.PLUMBLINE_URL;
const who = { email: env.PLUMBLINE_EMAIL, password: env.PLUMBLINE_PASSWORD };
if (!base) {
  const port = await new Promise((resolve) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
  base = `http://localhost:${port}`;
  server = spawn(program, ['demo', '--addr', `localhost:${port}`, '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (t) => {
    said += t;
  });
  for (;;) {
    const up = await fetch(`${base}/readyz`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) break;
    await new Promise((r) => setTimeout(r, 250));
  }
  who.email = /[\w.+-]+@[\w.-]+\w/.exec(said)[0];
  who.password = /password\s+(.+)/.exec(said)[1].trim();
}

const browser = await chromium.launch({
  executablePath: env.PLUMBLINE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const api = async (method, path, body) => {
    const res = await context.request.fetch(`/api/v1${path}`, { method, data: body, headers: { Origin: base }, timeout: 120_000 });
    if (!res.ok()) throw new Error(`${method} ${path}: ${res.status()} ${await res.text()}`);
    return res.status() === 204 ? null : res.json();
  };
  await api('POST', '/session', who);
  const project = (await api('GET', '/projects')).items[0].id;
  const programme = await fill(api, project);
  const page = await context.newPage();
  await page.goto(`/p/${project}/programme?id=${programme}`);
  await page.getByRole('treegrid').waitFor({ timeout: 120_000 });
  // The grid says how many rows it has, its head included.
  await page.locator(`[role="treegrid"][aria-rowcount="${activities + 1}"]`).waitFor({ timeout: 120_000 });
  const box = await page.locator('canvas').boundingBox();
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const zoom = async (way, times) => {
    await page.keyboard.down('Control');
    for (let i = 0; i < times; i++) await page.mouse.wheel(0, way * 120);
    await page.keyboard.up('Control');
  };
  const cases = [
    ['zoom, from years to hours and back', async () => (await zoom(-1, 60), await zoom(1, 60))],
    [
      'pan along the time',
      async () => {
        await page.mouse.move(at.x, box.y + 20);
        await page.mouse.down();
        for (let i = 0; i < 120; i++) await page.mouse.move(at.x - 5 * i, box.y + 20);
        await page.mouse.up();
        await page.mouse.move(at.x, at.y);
      },
    ],
    [
      'scroll, three rows at a time',
      async () => {
        for (let i = 0; i < 120; i++) await page.mouse.wheel(0, 100);
      },
    ],
    [
      'scroll, five screens at a time',
      async () => {
        for (let i = 0; i < 120; i++) await page.mouse.wheel(0, 4000);
      },
    ],
  ];
  console.log(`Chromium ${browser.version()}, ${activities.toLocaleString('en')} activities, ${relations.toLocaleString('en')} relations.\n`);
  console.log('| while | frames | main thread a frame, median, ms | p95, ms | p99, ms | by the clock, p95, ms |\n|---|---|---|---|---|---|');
  await page.mouse.move(at.x, at.y);
  await zoom(-1, 14); // days
  const all = [];
  for (const [name, act] of cases) {
    const frames = await traced(context, page, act);
    all.push(...frames);
    row(name, frames);
  }
  row('all of it', all);
} finally {
  await browser.close();
  server?.kill('SIGTERM');
}

function row(name, frames) {
  const q = (key, p) => {
    const list = frames.map((f) => f[key]).sort((a, b) => a - b);
    return (list[Math.min(list.length - 1, Math.floor(list.length * p))] ?? 0).toFixed(1);
  };
  console.log(`| ${name} | ${frames.length} | ${q('cpu', 0.5)} | ${q('cpu', 0.95)} | ${q('cpu', 0.99)} | ${q('clock', 0.95)} |`);
}

/** What the main thread did for each frame while something was done. */
async function traced(context, page, act) {
  const client = await context.newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', (e) => events.push(...e.value));
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'] },
  });
  await act();
  const complete = new Promise((r) => client.once('Tracing.tracingComplete', r));
  await client.send('Tracing.end');
  await complete;
  await client.detach();
  const mains = new Set(events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`));
  const on = events.filter((e) => mains.has(`${e.pid}/${e.tid}`) && e.ph === 'X').sort((a, b) => a.ts - b.ts);
  const commits = on.filter((e) => e.name === 'Commit').map((e) => e.ts);
  const frames = [];
  let cpu = 0;
  let clock = 0;
  let next = 0;
  for (const task of on.filter((e) => e.name === 'RunTask')) {
    cpu += task.tdur ?? task.dur;
    clock += task.dur;
    let framed = false;
    for (; next < commits.length && commits[next] <= task.ts + task.dur; next++) framed = true;
    if (!framed) continue;
    frames.push({ cpu: cpu / 1000, clock: clock / 1000 });
    cpu = 0;
    clock = 0;
  }
  if (frames.length === 0) throw new Error('the trace holds no frame');
  return frames;
}

/** Sections of ten floors, nineteen activities on each. */
async function fill(api, project) {
  const id = () => crypto.randomUUID().replace(/^(.{14})./, '$17');
  const programme = id();
  const root = `/projects/${project}/programmes/${programme}`;
  await api('PUT', root, { name: 'Twenty thousand', start: (Date.UTC(2031, 0, 6) - Date.UTC(2000, 0, 1)) / 60_000 });
  const work = ['Formwork', 'Reinforcement', 'Concrete', 'Masonry', 'Screed', 'Plaster', 'Paint', 'Ducts'];
  const edits = [];
  const leaves = [];
  let section = null;
  let floor = null;
  let last = null;
  for (let i = 0; i < activities; i++) {
    const activity = id();
    const add = (parent, after, name) => edits.push({ do: 'add', activity, parent, after, name, duration: 480 * (1 + (i % 5)), kind: 0 });
    if (i % 200 === 0) {
      add(null, section, `Section ${i / 200 + 1}`);
      section = activity;
      floor = null;
      last = null;
    } else if (i % 20 === 1) {
      add(section, floor, `Floor ${Math.floor((i % 200) / 20)}`);
      floor = activity;
      last = null;
    } else {
      add(floor, last, `${work[i % work.length]} ${i}`);
      last = activity;
      leaves.push(activity);
    }
  }
  const link = (from, to) => edits.push({ do: 'link', from, to, link: 'FS', lag: 0, unit: 'working' });
  // One after the other on a floor; each work after the same work on the floor below.
  let left = relations;
  for (let i = 1; i < leaves.length && left > 0; i++) if (i % 19 > 0) link(leaves[i - 1], leaves[i], left--);
  for (let i = 19; i < leaves.length && left > 0; i++) if (i % 190 >= 19) link(leaves[i - 19], leaves[i], left--);
  for (let i = 0; i < edits.length; i += 500) await api('POST', `${root}/edits`, { edits: edits.slice(i, i + 500) });
  return programme;
}
