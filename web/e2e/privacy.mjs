/**
 * A person's own data, on a phone: someone who has never seen it takes everything along and leaves in under a minute, and comes back by
 * the link; choices, restriction, requests without an account, the promises; nothing for axe to find.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { anna, api, axe, desk, device, phone, signIn, start, stop, until } from './app-kit.mjs';
import { unzip } from './zip-kit.mjs';

before(start);
after(stop);

const shots = process.env.PLUMBLINE_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const domain = anna.email.split('@')[1];
const jonas = { email: `jonas@${domain}`, password: anna.password };
const fatima = { email: `fatima@${domain}`, password: anna.password };

async function bytes(download) {
  const chunks = [];
  for await (const c of await download.createReadStream()) chunks.push(c);
  return Buffer.concat(chunks);
}

const settled = (page) => page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));

test('on a phone, from the sign-in: take everything along, leave, come back, in under a minute', async () => {
  // Before the clock runs: the language that this test reads, and a second device that must be thrown out.
  const other = await device(desk);
  await signIn(other.page, jonas);
  const d = await device(phone);
  const { page } = d;
  let taps = 0;
  const tap = async (what) => {
    taps++;
    await what.tap();
  };
  const begun = Date.now();
  await page.goto('/signin');
  await page.getByLabel('E-mail').fill(jonas.email);
  await page.getByLabel('Password', { exact: true }).fill(jonas.password);
  await tap(page.getByRole('button', { name: 'Sign in', exact: true }));
  await page.waitForURL(/\/p\//);
  await tap(page.getByRole('button', { name: 'More' }));
  await tap(page.getByRole('dialog').getByRole('link', { name: 'Your data' }));
  await page.getByRole('heading', { name: 'Your data', exact: true }).waitFor();

  await tap(page.getByRole('button', { name: 'Download my data' }));
  await page.getByLabel('Your password').fill(jonas.password);
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    tap(page.getByRole('button', { name: 'Download', exact: true })),
  ]);
  await page.getByText(/^Downloaded/).waitFor();

  await tap(page.getByRole('button', { name: 'Erase my data' }));
  const kept = page.getByRole('button', { name: 'Do not erase' });
  await kept.waitFor();
  for (const group of ['Erased', 'Kept without you in it']) await page.getByRole('region', { name: group, exact: true }).waitFor();
  const box = (b) => b.boundingBox();
  const erase = page.getByRole('button', { name: 'Erase', exact: true });
  const [yes, no] = [await box(erase), await box(kept)];
  assert.equal(Math.round(yes.width), Math.round(no.width), 'both answers are as large');
  const look = (b) =>
    b.evaluate((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color, getComputedStyle(e).borderColor].join());
  assert.equal(await look(erase), await look(kept), 'and look the same');
  await page.getByLabel('Your password').fill(jonas.password);
  await tap(erase);
  await page.waitForURL(/\/erasure\//);
  const end = page.getByRole('button', { name: 'Stop the erasure' });
  await end.waitFor();
  const seconds = (Date.now() - begun) / 1000;
  assert.ok(seconds < 60, `it took ${seconds} s`);
  assert.ok(taps <= 7, `${taps} taps`);
  console.log(`export and erasure on a phone: ${taps} taps, ${seconds.toFixed(1)} s by machine`);

  // What was taken along: for programs and for people, and it is his.
  const files = unzip(await bytes(download));
  assert.ok(files.has('index.html'));
  const data = files.get('data.json')().toString();
  JSON.parse(data);
  assert.ok(data.includes(jonas.email));
  assert.ok(!data.includes(fatima.email), "another's address is not in it");

  // Nothing of his is left on the device, and he is let in nowhere.
  assert.deepEqual(
    (await page.evaluate(() => indexedDB.databases())).filter((x) => /project/i.test(x.name ?? '')),
    [],
  );
  assert.equal((await api(other.page, '/session')).status, 401);
  await other.page.goto('/signin');
  const refused = await other.page.evaluate(
    async ([email, password]) =>
      (
        await fetch('/api/v1/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ email, password }),
        })
      ).status,
    [jonas.email, jonas.password],
  );
  assert.equal(refused, 403, 'the right password no longer lets in');

  // The others see no name, and no gap.
  const b = await device(desk);
  await signIn(b.page, anna);
  await b.page.waitForURL(/\/p\//);
  await b.page.goto(b.page.url().replace(/\/today.*/, '/people'));
  await b.page.getByText('Participant, not shown').first().waitFor();
  assert.equal(await b.page.getByText(/Jonas/).count(), 0);

  // The link brings him back.
  await tap(end);
  await page.getByRole('heading', { name: 'The erasure was stopped' }).waitFor();
  await signIn(page, jonas);
  await page.waitForURL(/\/p\//);
  assert.equal((await api(page, '/session')).status, 200);
  assert.deepEqual(d.faults, []);
  assert.deepEqual(d.strange, []);
  for (const x of [d, other, b]) await x.context.close();
});

test('a choice works at once, both ways, with a receipt', async () => {
  const d = await device(phone);
  const { page } = d;
  await signIn(page, fatima, '/account/privacy');
  const choice = page.getByRole('region', { name: 'Your choices' }).getByRole('switch').first();
  await choice.waitFor();
  assert.equal(await choice.isChecked(), false, 'nothing is ticked beforehand');
  const given = async () => (await api(page, '/me/choices')).body.items.filter((x) => x.kind === 'consent' && x.given).length;
  await choice.tap();
  await until('consent is on record', async () => (await given()) === 1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: /^Receipt/ })
      .first()
      .tap(),
  ]);
  const receipt = JSON.parse((await bytes(download)).toString());
  assert.ok(receipt['@context']);
  await choice.tap();
  await until('it is withdrawn', async () => (await given()) === 0);
  assert.deepEqual(d.faults, []);
  await d.context.close();
});

test('set aside: shown to nobody, and lifted as easily', async () => {
  const d = await device(phone);
  const { page } = d;
  await signIn(page, fatima, '/account/privacy');
  await page.getByRole('button', { name: 'Restrict the use of my data' }).tap();
  const held = page.getByLabel('What is held by');
  await held.selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Restrict', exact: true }).tap();
  await page.getByRole('button', { name: 'Lift it now' }).waitFor();
  const b = await device(desk);
  await signIn(b.page, anna);
  await b.page.waitForURL(/\/p\//);
  await b.page.goto(b.page.url().replace(/\/today.*/, '/people'));
  await b.page.getByText('Participant, not shown').first().waitFor();
  assert.equal(await b.page.getByText(/Fatima/).count(), 0);
  await page.getByRole('button', { name: 'Lift it now' }).tap();
  await page.getByRole('button', { name: 'Lift it now' }).waitFor({ state: 'hidden' });
  await b.page
    .getByText(/Fatima/)
    .first()
    .waitFor();
  for (const x of [d, b]) await x.context.close();
});

test('one corrects what is held in its place', async () => {
  const d = await device(phone);
  const { page } = d;
  await signIn(page, fatima, '/account/privacy');
  const block = page.getByRole('region', { name: /holds about you/ }).last();
  await block.locator('summary').filter({ hasText: /^name/i }).first().tap();
  await block
    .getByRole('button', { name: /^Correct/ })
    .first()
    .tap();
  const was = await block.getByRole('textbox').inputValue();
  await block.getByRole('textbox').fill(`${was} B.`);
  await block.getByRole('button', { name: 'Save' }).tap();
  await block
    .locator('summary')
    .filter({ hasText: `${was} B.` })
    .waitFor();
  await block
    .locator('summary')
    .filter({ hasText: `${was} B.` })
    .first()
    .tap();
  await d.context.close();
});

test('a request without an account: a mail, a link, a status', async () => {
  const d = await device(phone);
  const { page } = d;
  await page.goto('/signin');
  await page.getByRole('link', { name: 'Ask about your data' }).tap();
  // The sign-in page has a field of the same name.
  await page.getByRole('heading', { name: 'Ask about your data' }).waitFor();
  const email = `visitor-${Date.now()}@${domain}`;
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Your words').fill('Which data do you hold about me? Please send me a copy.');
  await page.getByRole('button', { name: 'Send' }).tap();
  await page
    .getByRole('status')
    .filter({ hasText: 'on its way' })
    .waitFor()
    .catch(async (e) => {
      throw new Error(`not sent; the page says: ${(await page.getByRole('main').textContent())?.slice(0, 600)}`, { cause: e });
    });
  const read = async (path) => (await d.context.request.get(path)).text();
  const link = await until('the mail with the link', async () => {
    const row = (await read('/dev/mail')).split('<tr>').find((x) => x.includes(email));
    const at = /\/dev\/mail\/\d+/.exec(row ?? '')?.[0];
    return at ? /\/request\/[\w-]+/.exec(await read(at))?.[0] : null;
  });
  await page.goto(link);
  await page.getByRole('heading', { name: 'Your request' }).waitFor();
  await page.getByRole('button', { name: 'Yes, I asked this' }).tap();
  // Of someone who is not known the engine says so at once, unless this page was quicker.
  await page
    .getByText(/An answer is due by|^(Done|Refused)/)
    .first()
    .waitFor();
  assert.deepEqual(d.faults, []);
  await d.context.close();
});

test('without a network the page says so, and nothing is lost', async () => {
  const d = await device(phone);
  const { page } = d;
  await signIn(page, fatima);
  await page.waitForURL(/\/p\//);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await d.context.setOffline(true);
  await page.getByRole('button', { name: 'More' }).tap();
  await page.getByRole('dialog').getByRole('link', { name: 'Your data' }).tap();
  await page.getByText('This needs a network').first().waitFor();
  await d.context.setOffline(false);
  await page
    .getByRole('region', { name: /holds about you/ })
    .first()
    .waitFor();
  await d.context.close();
});

for (const [size, options] of Object.entries({ phone, desk }))
  for (const colorScheme of ['light', 'dark'])
    test(`every screen about one's data, ${size}, ${colorScheme}`, async () => {
      const d = await device({ ...options, colorScheme });
      const { page } = d;
      const found = [];
      const look = async (name) => {
        await settled(page);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${size}-${colorScheme}.png` });
        for (const v of await axe(page)) found.push(`${name}: ${v}`);
      };
      await page.goto('/request');
      await page.getByLabel('Your words').waitFor();
      await look('request');
      await page.goto('/trust');
      await page.getByRole('region').first().waitFor();
      await look('trust');
      await page.goto('/unsubscribe/none');
      await page.getByRole('button', { name: 'Unsubscribe' }).waitFor();
      await look('unsubscribe');
      await page.goto('/erasure/none');
      await page.getByRole('alert').waitFor();
      await look('erasure-none');
      await signIn(page, anna, '/account/privacy');
      const held = page.getByRole('region', { name: /holds about you/ });
      await held.first().waitFor();
      await look('your-data');
      await held.first().locator('summary').first().click();
      await held.first().scrollIntoViewIfNeeded();
      await look('your-data-item');
      await page.getByRole('button', { name: 'Download my data' }).click();
      await look('your-data-download');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Erase my data' }).click();
      await page.getByRole('button', { name: 'Do not erase' }).waitFor();
      await look('your-data-plan');
      await page.getByRole('button', { name: 'Do not erase' }).scrollIntoViewIfNeeded();
      await look('your-data-confirm');
      await page.getByRole('button', { name: 'Do not erase' }).click();
      assert.deepEqual(found, []);
      assert.deepEqual(d.faults, []);
      assert.deepEqual(d.strange, [], 'no page contacts a third party');
      await d.context.close();
    });
