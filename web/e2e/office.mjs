/** The privacy office of an organisation: a letter becomes a case with a clock and is answered; every part at both sizes in both schemes. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { anna, api, axe, desk, device, phone, signIn, start, stop } from './app-kit.mjs';

before(start);
after(stop);

const shots = process.env.PLUMBLINE_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

async function office(page) {
  await signIn(page, anna);
  const { body } = await api(page, '/session');
  const org = body.organisations.find((o) => o.role !== 'member');
  await page.goto(`/o/${org.id}/privacy`);
  await page.getByRole('tab', { name: 'Requests' }).waitFor();
}

test('a letter is read, filed, and its clock runs', async () => {
  const d = await device(desk);
  const { page } = d;
  await office(page);
  await page.getByRole('button', { name: 'Enter a letter' }).click();
  const dialog = page.getByRole('dialog', { name: 'A letter' });
  const words = `Reference ${Date.now()}: under article 15 of the GDPR I ask which data you hold about me. Please send me a copy.`;
  await dialog.getByRole('textbox', { name: 'The letter' }).fill(words);
  await dialog.getByLabel('E-mail of the writer').fill('writer@letters.example');
  await dialog.getByRole('checkbox', { name: 'See what is held', checked: true }).waitFor();
  await dialog.getByRole('button', { name: 'File it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page
    .getByText(/days? left/)
    .first()
    .waitFor();
  assert.deepEqual(d.faults, []);
  await d.context.close();
});

for (const [size, options] of Object.entries({ phone, desk }))
  for (const colorScheme of ['light', 'dark'])
    test(`every part of the office, ${size}, ${colorScheme}`, async () => {
      const d = await device({ ...options, colorScheme });
      const { page } = d;
      const found = [];
      await office(page);
      for (const tab of ['Requests', 'Places', 'Breaches', 'Contact and country', 'Support', 'Register']) {
        const there = page.getByRole('tab', { name: tab });
        if ((await there.count()) === 0) continue;
        await there.click();
        await page.getByRole('tabpanel').getByRole('heading').first().waitFor();
        if (shots) await page.screenshot({ path: `${shots}/office-${tab.toLowerCase().replaceAll(' ', '-')}-${size}-${colorScheme}.png` });
        for (const v of await axe(page)) found.push(`${tab}: ${v}`);
      }
      assert.deepEqual(found, []);
      assert.deepEqual(d.faults, []);
      await d.context.close();
    });
