/**
 * Runs the browser tests: every other file of this folder that is not a kit.
 *
 * Against a server that runs:   PLUMBLINE_URL, and who signs in: PLUMBLINE_EMAIL, PLUMBLINE_PASSWORD (a manager of the first project),
 *                               PLUMBLINE_EMAIL2 (another who may change points there; the same password unless PLUMBLINE_PASSWORD2)
 * Against a fresh demo site:    PLUMBLINE_E2E_PROGRAM, the program; PLUMBLINE_E2E_WORK, a folder for its data
 * PLUMBLINE_E2E_DATABASE        where the demo's database is, for factors.mjs; found for a fresh demo site
 * PLUMBLINE_E2E_COUNTS          a file that gets "passed failed skipped"
 * PLUMBLINE_CHROMIUM            default /usr/bin/chromium
 * Names given as arguments choose files: npm run e2e -- offline
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((f) => f.endsWith('.mjs') && f !== 'run.mjs' && !f.includes('kit'))
  .filter((f) => wanted.length === 0 || wanted.some((w) => f.startsWith(w)))
  .sort()
  .map((f) => join(here, f));

const env = process.env;
let server;
if (env.PLUMBLINE_E2E_PROGRAM && !env.PLUMBLINE_URL) server = await startDemo(env.PLUMBLINE_E2E_PROGRAM);
if (!env.PLUMBLINE_URL || !env.PLUMBLINE_EMAIL || !env.PLUMBLINE_PASSWORD || files.length === 0) {
  console.error('e2e: set PLUMBLINE_URL, PLUMBLINE_EMAIL and PLUMBLINE_PASSWORD, or PLUMBLINE_E2E_PROGRAM; and name files that there are');
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const stream = run({ files, concurrency: 1, timeout: 600_000, env });
const leaf = (d) => d.details?.type !== 'suite' && !files.includes(d.name);
stream.on('test:pass', (d) => {
  if (leaf(d)) d.skip !== undefined && d.skip !== false ? counts.skipped++ : counts.passed++;
});
stream.on('test:fail', (d) => {
  counts.failed++;
  void d;
});
stream.compose(spec).pipe(process.stdout);
await new Promise((resolve) => stream.on('end', resolve));
await stopDemo();
if (env.PLUMBLINE_E2E_COUNTS) writeFileSync(env.PLUMBLINE_E2E_COUNTS, `${counts.passed} ${counts.failed} ${counts.skipped}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const s = createServer();
    s.on('error', reject);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
}

async function startDemo(program) {
  const work = env.PLUMBLINE_E2E_WORK ?? mkdtempSync(join(tmpdir(), 'plumbline-e2e-'));
  const addr = `localhost:${await freePort()}`; // a name: passkeys are for one
  const child = spawn(program, ['demo', '--addr', addr, '--data', join(work, 'demo')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (t) => {
    said += t;
    process.stdout.write(t);
  });
  let gone = false;
  child.on('exit', () => {
    gone = true;
  });
  for (let i = 0; i < 1200 && !gone; i++) {
    const ready = await fetch(`http://${addr}/readyz`).then(
      (r) => r.status === 200,
      () => false,
    );
    if (ready) break;
    await new Promise((r) => setTimeout(r, 250));
  }
  if (gone) throw new Error('the demo ended before it was ready');
  env.PLUMBLINE_URL = `http://${addr}`;
  env.PLUMBLINE_E2E_DATABASE = join(work, 'demo', 'plumbline.db');
  env.PLUMBLINE_PASSWORD ??= /password\s+(.+)/.exec(said)?.[1]?.trim();
  const mails = [...said.matchAll(/[\w.+-]+@[\w.-]+\w/g)].map((m) => m[0]);
  env.PLUMBLINE_EMAIL ??= mails[0];
  env.PLUMBLINE_EMAIL2 ??= mails[1];
  return child;
}

async function stopDemo() {
  if (!server || server.exitCode !== null) return;
  const ended = new Promise((r) => server.on('exit', r));
  server.kill('SIGTERM');
  await Promise.race([ended, new Promise((r) => setTimeout(r, 10_000))]);
}
