/** Nothing is lost: the network and the server cut, answers lost, two people at the same point. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anna, api, desk, device, installed, phone, photo, pieter, signIn, start, stop, until, wire } from './app-kit.mjs';

before(start);
after(stop);

const light = (page) =>
  page
    .getByRole('button')
    .filter({ hasText: /All saved|No network|Sending|waiting|need/ })
    .first();

/** All is on the server. When it does not come about, the failure says what the light and the outbox say. */
async function saved(page) {
  const said = [];
  page.on('console', (m) => m.type() === 'error' && said.push(m.text().slice(0, 600)));
  try {
    await light(page).filter({ hasText: 'All saved' }).waitFor({ timeout: 60_000 });
  } catch (e) {
    const text = await light(page)
      .textContent({ timeout: 1000 })
      .catch(async () => `no light in: ${(await page.locator('body').textContent()).slice(0, 300)}`);
    const outbox = await page.evaluate(async () => {
      const name = (await indexedDB.databases()).map((d) => d.name).find((n) => n.startsWith('plumbline/'));
      const db = await new Promise((r) => {
        const q = indexedDB.open(name);
        q.onsuccess = () => r(q.result);
      });
      return new Promise((r) => {
        const q = db.transaction('outbox').objectStore('outbox').getAll();
        q.onsuccess = () =>
          r(q.result.map(({ method, path, state, code, tries, sent, fields }) => ({ method, path, state, code, tries, sent, fields })));
      });
    });
    throw new Error(`not saved: ${text} ${JSON.stringify(outbox)} ${said.join(' | ')}`, { cause: e });
  }
}

const projectOf = (page) => /\/p\/([^/]+)/.exec(page.url())?.[1];

async function capture(page, project, subject) {
  await page.goto(`/p/${project}/points?new=true`);
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByTestId('files').setInputFiles(await photo(page));
  const save = page.getByRole('button', { name: 'Save point' });
  await until('the photo is ready', () => save.isEnabled());
  await save.click();
  await page.getByText('Point saved').waitFor();
}

async function serverHas(page, project, subject) {
  const q = encodeURIComponent(subject);
  const { body } = await api(page, `/projects/${project}/points?q=${q}&closed=any`);
  return body.items.filter((p) => p.subject === subject);
}

test('network and server cut: a point with a photo survives a reload and arrives once', async () => {
  const line = await wire();
  const d = await device(phone, line.origin);
  const { page, context } = d;
  await signIn(page, anna);
  await page.waitForURL(/\/p\//);
  const project = projectOf(page);
  await saved(page);
  await installed(page);

  await context.setOffline(true);
  line.cut();
  await light(page).filter({ hasText: 'No network' }).waitFor();
  const subject = `Parapet open at axis ${Date.now()}`;
  await capture(page, project, subject);
  await light(page).filter({ hasText: 'No network, 2 kept' }).waitFor();

  await page.reload();
  await page.goto(`/p/${project}/points?q=${encodeURIComponent(subject)}`);
  await page.getByText(subject).first().waitFor();
  await light(page).filter({ hasText: 'No network, 2 kept' }).waitFor();

  // The device has a network again, the server is still gone: the browser's word is not taken for it.
  await context.setOffline(false);
  assert.equal(await page.evaluate(() => navigator.onLine), true);
  await light(page).filter({ hasText: 'No network, 2 kept' }).waitFor();

  // The server is back, but the first answer is lost: the same change is sent again.
  line.loseAnswer((req) => req.url.endsWith('/mutations'));
  line.mend();
  await saved(page);
  assert.ok(line.lost(), 'an answer was lost');
  const there = await serverHas(page, project, subject);
  assert.equal(there.length, 1);
  assert.equal(there[0].photos.length, 1);
  assert.ok(there[0].number, 'the server gave it a number');
  await page.getByText(there[0].number, { exact: false }).first().waitFor();
  assert.deepEqual(d.faults, []);
  await context.close();
  await line.close();
});

/** Two devices on one point; the first of them on a line that can be cut. */
async function two() {
  const line = await wire();
  const a = await device(desk, line.origin);
  const b = await device(desk);
  await signIn(a.page, anna);
  await a.page.waitForURL(/\/p\//);
  const project = projectOf(a.page);
  await signIn(b.page, pieter, `/p/${project}/points`);
  await saved(a.page);
  await saved(b.page);
  await installed(a.page);
  const subject = `Riser cover loose ${Date.now()}`;
  await capture(a.page, project, subject);
  await saved(a.page);
  const [point] = await serverHas(a.page, project, subject);
  const at = `/p/${project}/points?point=${point.id}`;
  await a.page.goto(at);
  await b.page.goto(at);
  for (const { page } of [a, b]) await page.getByRole('article', { name: subject }).waitFor();
  return { a, b, line, project, point, subject };
}

async function write(page, label, text) {
  await page.getByRole('button', { name: `Change ${label}` }).click();
  const box = page.getByRole('article').getByRole('textbox', { name: label });
  await box.fill(text);
  await box.press('Control+Enter');
  if (label === 'Subject') await page.getByRole('article', { name: text }).waitFor();
}

test('two people change different fields of a point: both stand', async () => {
  const { a, b, line, project, point } = await two();
  await a.context.setOffline(true);
  line.cut();
  await light(a.page).filter({ hasText: 'No network' }).waitFor();
  await write(a.page, 'Description', 'Screws missing, size M6');
  await write(b.page, 'Subject', `${point.subject}, second floor`);
  await saved(b.page);
  await a.context.setOffline(false);
  line.mend();
  await saved(a.page);
  const { body } = await api(b.page, `/projects/${project}/points/${point.id}`);
  assert.equal(body.subject, `${point.subject}, second floor`);
  assert.equal(body.description, 'Screws missing, size M6');
  await a.page.getByRole('article', { name: body.subject }).waitFor();
  await a.context.close();
  await b.context.close();
  await line.close();
});

test('two people change the same field: a person decides', async () => {
  const { a, b, line, project, point, subject } = await two();
  await a.context.setOffline(true);
  line.cut();
  await light(a.page).filter({ hasText: 'No network' }).waitFor();
  await write(a.page, 'Subject', `${subject} (Anna)`);
  await write(b.page, 'Subject', `${subject} (Pieter)`);
  await saved(b.page);
  await a.context.setOffline(false);
  line.mend();
  await light(a.page).filter({ hasText: 'needs you' }).waitFor({ timeout: 60_000 });
  await a.page.getByText('Changed twice').waitFor();
  assert.equal((await api(b.page, `/projects/${project}/points/${point.id}`)).body.subject, `${subject} (Pieter)`);

  await a.page.getByRole('button', { name: 'Use mine' }).click();
  await saved(a.page);
  assert.equal((await api(b.page, `/projects/${project}/points/${point.id}`)).body.subject, `${subject} (Anna)`);
  // The other sees it without asking, within a second or so.
  await b.page.getByRole('article', { name: `${subject} (Anna)` }).waitFor({ timeout: 5_000 });
  assert.deepEqual(a.faults, []);
  assert.deepEqual(b.faults, []);
  await a.context.close();
  await b.context.close();
  await line.close();
});

test('a lapsed session keeps what waits and sends it after the sign-in', async () => {
  const d = await device(desk);
  const { page, context } = d;
  await signIn(page, anna);
  await page.waitForURL(/\/p\//);
  const project = projectOf(page);
  await saved(page);
  await context.clearCookies();
  const subject = `Lamp missing ${Date.now()}`;
  await capture(page, project, subject);
  await page.getByText('You are signed out.').first().waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Sign in', exact: true }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Sign in', exact: true });
  await dialog.getByLabel('Password', { exact: true }).fill(anna.password);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await saved(page);
  assert.equal((await serverHas(page, project, subject)).length, 1);
  await context.close();
});

test('signing out asks before it drops what is not sent, and leaves nothing behind', async () => {
  const line = await wire();
  const { page, context } = await device(desk, line.origin);
  await signIn(page, pieter);
  await page.waitForURL(/\/p\//);
  const project = projectOf(page);
  await saved(page);
  await installed(page);
  line.loseAnswer(() => false);
  await context.setOffline(true);
  await light(page).filter({ hasText: 'No network' }).waitFor();
  await capture(page, project, `Thrown away ${Date.now()}`);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  await page.getByRole('dialog', { name: 'Not everything is sent' }).waitFor();
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await context.setOffline(false);
  await saved(page);
  await page.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  await page.waitForURL(/\/signin/);
  // The browser ends a deletion when its last connection has closed, which may be after the page has gone on.
  await until('the databases of the projects to be gone', async () => {
    const left = await page.evaluate(async () =>
      (await indexedDB.databases()).map((d) => d.name).filter((n) => n.startsWith('plumbline/')),
    );
    return left.length === 0;
  });
  await context.close();
  await line.close();
});
