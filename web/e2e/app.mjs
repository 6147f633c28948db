/** Signing in, and every screen of the frame at both sizes in both schemes: no fault, nobody else asked, nothing for axe to find. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { anna, api, axe, desk, device, phone, signIn, start, stop, until } from './app-kit.mjs';

before(start);
after(stop);

/** PLUMBLINE_SHOTS: a folder that gets a picture of each screen. */
const shots = process.env.PLUMBLINE_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

test('a wrong password is refused in words, a right one leads where one wanted to go', async () => {
  const d = await device(phone);
  await d.page.goto('/account');
  await d.page.waitForURL(/\/signin\?next=/);
  await d.page.getByLabel('E-mail').fill(anna.email);
  await d.page.getByLabel('Password', { exact: true }).fill('not the right one at all');
  await d.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await d.page.getByRole('alert').filter({ hasText: 'is not right' }).waitFor();
  await d.page.getByLabel('Password', { exact: true }).fill(anna.password);
  await d.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await d.page.waitForURL(/\/account$/);
  assert.deepEqual(d.faults, []);
  await d.context.close();
});

test('the page is strict: its policy, no inline script, missing parts are missing', async () => {
  const d = await device(desk);
  const res = await d.page.goto('/p/nothing/points');
  const policy = res.headers()['content-security-policy'] ?? '';
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
  const missing = await d.context.request.get('/assets/gone-123.js');
  assert.equal(missing.status(), 404);
  assert.deepEqual(d.strange, []);
  await d.context.close();
});

for (const [size, options] of Object.entries({ phone, desk }))
  for (const colorScheme of ['light', 'dark'])
    test(`every screen, ${size}, ${colorScheme}`, async () => {
      const d = await device({ ...options, colorScheme });
      const { page } = d;
      const found = [];
      const look = async (name) => {
        // Two frames: what was just put in has been laid out. (The event stream keeps the network busy for ever.)
        await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
        if (shots) await page.screenshot({ path: `${shots}/${name}-${size}-${colorScheme}.png` });
        for (const v of await axe(page)) found.push(`${name}: ${v}`);
      };
      await page.goto('/signin');
      await page.getByLabel('E-mail').waitFor();
      await look('signin');
      await page.goto('/reset');
      await page.getByLabel('E-mail').waitFor();
      await look('reset');
      await signIn(page, anna);
      await page.waitForURL(/\/p\//);
      const root = page.url().replace(/\/today.*/, '');
      await page.getByRole('heading', { name: 'What happened' }).waitFor();
      await look('today');
      await page.goto(`${root}/reports`);
      await page.getByRole('button', { name: 'New report' }).waitFor();
      await look('reports');
      await page.goto(`${root}/reports?new=true`);
      await page.getByRole('dialog', { name: 'New report' }).waitFor();
      await look('new-report');
      await page.goto(`${root}/people`);
      await page.getByRole('listitem').getByRole('button').first().click();
      await page.getByRole('complementary').waitFor();
      await look('people');
      await page.goto(`${root}/settings`);
      for (const tab of ['Locations', 'Categories', 'Roles', 'Statuses']) {
        await page.getByRole('tab', { name: tab }).click();
        await look(`settings-${tab.toLowerCase()}`);
      }
      await page.getByRole('tabpanel').getByRole('listitem').getByRole('button').first().click();
      await page.getByRole('dialog').waitFor();
      await look('status');
      await page.goto('/projects');
      await page.getByRole('main').getByRole('link').first().waitFor();
      await look('projects');
      await page.goto('/account');
      await page.getByRole('textbox', { name: 'Name' }).waitFor();
      await look('account');
      await page.goto('/account/security');
      await page.getByText('this device', { exact: true }).waitFor();
      await look('security');
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Search and commands' }).waitFor();
      await look('palette');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await look('help');
      assert.deepEqual(found, []);
      assert.deepEqual(d.faults, []);
      assert.deepEqual(d.strange, [], 'no page contacts a third party');
      await d.context.close();
    });

test('the keyboard: go somewhere, find a command, switch single keys off', async () => {
  const d = await device(desk);
  const { page } = d;
  await signIn(page, anna);
  await page.waitForURL(/\/today/);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForURL(/\/people/);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search and commands' }).getByRole('textbox').fill('Project settings');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/settings/);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByRole('switch', { name: 'Single-key shortcuts' }).click();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor();
  assert.match(page.url(), /\/settings/);
  await d.context.close();
});

test('five languages', async () => {
  const d = await device(phone);
  const { page } = d;
  await page.goto('/signin');
  for (const [locale, title] of Object.entries({ nl: 'Aanmelden', fr: 'Se connecter', da: 'Log ind', de: 'Anmelden', en: 'Sign in' })) {
    await page.getByRole('combobox').selectOption(locale);
    await page.getByRole('heading', { name: title }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), locale);
  }
  await d.context.close();
});

test('a report is made of the points and can be taken along', async () => {
  const d = await device(desk);
  const { page } = d;
  await signIn(page, anna);
  await page.waitForURL(/\/p\//);
  const root = page.url().replace(/\/today.*/, '');
  const project = /\/p\/([^/]+)/.exec(root)?.[1];
  await page.goto(`${root}/reports?new=true&urgent=true`);
  const title = `Urgent ${Date.now()}`;
  const dialog = page.getByRole('dialog', { name: 'New report' });
  await dialog.getByLabel('Title').fill(title);
  await dialog.getByRole('button', { name: 'Make the report' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 120_000 }),
    page.getByRole('button', { name: `Download ${title}` }).click({ timeout: 110_000 }),
  ]);
  const chunks = [];
  for await (const c of await download.createReadStream()) chunks.push(c);
  assert.equal(Buffer.concat(chunks).subarray(0, 5).toString(), '%PDF-');
  const { body } = await api(page, `/projects/${project}/reports`);
  assert.equal(body.items.filter((x) => x.title === title).length, 1);
  await d.context.close();
});

test('a status is made, moved and removed', async () => {
  const d = await device(desk);
  const { page } = d;
  await signIn(page, anna);
  await page.waitForURL(/\/p\//);
  const root = page.url().replace(/\/today.*/, '');
  const project = /\/p\/([^/]+)/.exec(root)?.[1];
  await page.goto(`${root}/settings`);
  const name = `Waits for parts ${Date.now()}`;
  await page.getByRole('button', { name: 'Add a status' }).click();
  const dialog = page.getByRole('dialog', { name: 'New status' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('radio', { name: 'Triangle' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const statuses = async () =>
    (await api(page, `/projects/${project}/snapshot?limit=1`)).body.things.statuses.sort((a, b) => a.order - b.order);
  await until('the status is on the server', async () => (await statuses()).some((x) => x.name === name && x.shape === 'triangle'));
  const place = async () => (await statuses()).findIndex((x) => x.name === name);
  const was = await place();
  await page.getByRole('button', { name: `Move ${name} up` }).click();
  await until('it moved', async () => (await place()) === was - 1);
  await page.getByRole('button', { name }).filter({ hasText: name }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await until('it is gone', async () => (await place()) < 0);
  await d.context.close();
});
