/** Photos fetched ahead, for where there is no network, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { installed } from './app-kit.mjs';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`photos of the kept sheets come ahead, are seen without a network, and go again (${name})`, async () => {
    const site = await open(device);
    const { page, project } = site;
    const asked = [];
    page.on('request', (r) => /\/photos\/[^/]+\/(thumb|full)/.test(r.url()) && asked.push(r.url()));
    await page.goto(`/p/${project}/device`);
    const ahead = page.getByRole('combobox', { name: 'Fetch photos ahead' });
    await ahead.waitFor();
    assert.equal(await ahead.isDisabled(), true, 'nothing to fetch before a sheet is chosen');
    const whole = page.getByRole('switch', { name: /Keep all plans here/ });
    await until('sheets are here', () => whole.isEnabled());
    await whole.check({ force: true });
    await until('photos are counted', () => ahead.isEnabled());
    assert.equal(asked.length, 0, 'nothing comes unasked');
    await ahead.selectOption('thumb');
    const said = page.getByText(/^(\d+) of \1 are here$/);
    await said.waitFor({ timeout: 90_000 });
    const n = Number((await said.textContent()).split(' ')[0]);
    assert.ok(n > 20, `${n} photos`);
    assert.equal(new Set(asked).size, n, 'each came, and in the size that was chosen');
    assert.deepEqual(await axe(page), []);
    const { items } = await (await site.api('GET', `/projects/${project}/points?closed=any&limit=500&sort=changed&order=desc`)).json();
    const point = items.find((p) => p.photos.length > 0 && p.pin);
    await installed(page);
    await site.context.setOffline(true);
    await page.goto(`/p/${project}/points?point=${point.id}`);
    const photo = page.getByRole('complementary', { name: 'Point' }).locator('img').first();
    await photo.waitFor();
    await until('the photo is drawn', () => photo.evaluate((e) => e.complete && e.naturalWidth > 100));
    await site.context.setOffline(false);
    await page.goto(`/p/${project}/device`);
    await until('the choice is remembered', async () => (await ahead.inputValue()) === 'thumb');
    const copies = page.getByText(/^Copies of photos on this device/);
    await until('they are counted', async () => !/: (…|0 kB)/.test(await copies.textContent()));
    await ahead.selectOption('none');
    await until('they are gone', async () => /: 0 kB/.test(await copies.textContent()));
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}
