// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** What lies on a device: plans that a person chose, and pictures that the browser cannot draw. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, desk, ink, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

/** The archives in the browser's private file system: name to size. */
const files = (page) =>
  page.evaluate(async () => {
    const out = {};
    try {
      const dir = await (await navigator.storage.getDirectory()).getDirectoryHandle('sheets');
      for await (const [name, file] of dir.entries()) out[name] = (await file.getFile()).size;
    } catch {
      // No folder yet.
    }
    return out;
  });

const newest = async (site) => (await (await site.api('GET', `/projects/${site.project}/drawings`)).json()).sheets;

for (const [name, screen] of [
  ['phone', phone],
  ['desk', { ...desk, colorScheme: 'dark' }],
])
  test(`a chosen sheet opens without a network, and its bytes go when it is no longer wanted (${name})`, async () => {
    const site = await open(screen);
    const { page, context } = site;
    const [sheet, other] = await newest(site);
    await page.goto(`/p/${site.project}/device`);
    const one = page.getByRole('switch', { name: new RegExp(`^Keep .*${sheet.name}.* on this device$`) }).first();
    await one.waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await files(page), {});
    await one.click({ force: true });
    await until('the archive is here', async () => (await files(page))[sheet.revision.id] === sheet.revision.bytes);
    await page.locator('li[data-kept]').first().waitFor();
    assert.notEqual(await page.getByTestId('plans-size').textContent(), '0 kB');
    if (process.env.PLUMBLINE_SHOTS) await page.screenshot({ path: `${process.env.PLUMBLINE_SHOTS}/device-${name}.png` });
    assert.deepEqual(await axe(page), []);
    await page.evaluate(() => navigator.serviceWorker?.ready);
    await until('the app is kept', () => page.evaluate(async () => (await caches.keys()).length > 0));

    // Without a network, in a page that is begun anew.
    await context.setOffline(true);
    await page.goto(`/p/${site.project}/plans/${sheet.id}`);
    await page.getByRole('application').waitFor();
    await until('the plan is drawn', async () => (await ink(page)).dark > 500);
    await page.goto(`/p/${site.project}/device`);
    // One that is chosen now comes when there is a network.
    const second = page.getByRole('switch', { name: new RegExp(`^Keep .*${other.name}.* on this device$`) }).last();
    await second.click({ force: true });
    await page.getByText('comes when there is a network').first().waitFor();
    await context.setOffline(false);
    await until('both are here', async () => Object.keys(await files(page)).length === 2);

    // The whole project, then nothing of it.
    const whole = page.getByRole('switch', { name: 'Keep all plans here' });
    await one.click({ force: true });
    await until('its bytes are gone', async () => !(sheet.revision.id in (await files(page))));
    await whole.click({ force: true });
    const all = (await newest(site)).length;
    await until('all are here', async () => Object.keys(await files(page)).length === all, 60_000);
    await whole.click({ force: true });
    await until('all bytes are gone', async () => Object.keys(await files(page)).length === 0);
    await until('the page says so', async () => (await page.getByTestId('plans-size').textContent()) === '0 kB');
    assert.deepEqual(site.faults, []);
    assert.deepEqual(site.strange, []);
    await context.close();
  });

/** A TIFF, 320 × 200, red, as a scanner writes it. */
function tiff() {
  const [w, h] = [320, 200];
  const rows = [
    [256, 3, 1, w],
    [257, 3, 1, h],
    [258, 3, 3, 122],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 128],
    [277, 3, 1, 3],
    [278, 3, 1, h],
    [279, 4, 1, w * h * 3],
  ];
  const b = Buffer.alloc(128 + w * h * 3);
  b.write('II*\0', 0, 'latin1');
  b.writeUInt32LE(8, 4);
  b.writeUInt16LE(rows.length, 8);
  for (const [i, [tag, kind, n, value]] of rows.entries()) {
    const at = 10 + 12 * i;
    b.writeUInt16LE(tag, at);
    b.writeUInt16LE(kind, at + 2);
    b.writeUInt32LE(n, at + 4);
    b.writeUInt32LE(value, at + 8);
  }
  for (let i = 0; i < 3; i++) b.writeUInt16LE(8, 122 + 2 * i);
  for (let i = 0; i < w * h; i++) b[128 + 3 * i] = 200;
  return { name: 'scan.tif', mimeType: 'image/tiff', buffer: b };
}

const heic = `${process.env.PLUMBLINE_SAMPLES}/photos/heic/IMG_2927.HEIC`;

for (const [kind, file, skip] of [
  ['TIFF', tiff(), false],
  ['HEIC', heic, !existsSync(heic) && 'PLUMBLINE_SAMPLES is not set'],
])
  test(`a ${kind} that the browser cannot draw waits with a sign in its place, and shows once the server has read it`, {
    skip,
  }, async () => {
    const site = await open(phone);
    const { page, context } = site;
    await page.goto(`/p/${site.project}/points`);
    await page.getByText('All saved').last().waitFor();
    await page.evaluate(() => navigator.serviceWorker?.ready);
    await until('the app is kept', () => page.evaluate(async () => (await caches.keys()).length > 0));
    await context.setOffline(true);
    await page.goto(`/p/${site.project}/points?new=true`);
    const words = `Crack in the ${kind} wall ${Date.now()}`;
    await page.getByRole('textbox', { name: 'Subject' }).fill(words);
    await page.getByTestId('files').setInputFiles(file);
    await page.getByText(kind, { exact: true }).waitFor();
    assert.deepEqual(await axe(page), []);
    if (process.env.PLUMBLINE_SHOTS) await page.screenshot({ path: `${process.env.PLUMBLINE_SHOTS}/draft-${kind}.png` });
    const save = page.getByRole('button', { name: 'Save point' });
    await until('the photo is ready', () => save.isEnabled());
    await save.click();
    await page.getByText('Point saved').waitFor();
    await page.goto(`/p/${site.project}/points?q=${encodeURIComponent(words)}`);
    await page.getByText(words).first().click();
    await page.getByText('Shows once it is sent').waitFor();
    assert.deepEqual(await axe(page), []);
    if (process.env.PLUMBLINE_SHOTS) await page.screenshot({ path: `${process.env.PLUMBLINE_SHOTS}/waiting-${kind}.png` });

    await context.setOffline(false);
    const small = page.getByRole('button', { name: 'Photo 1 of 1' }).locator('img');
    await small.waitFor({ timeout: 60_000 });
    await until('it is drawn', () => small.evaluate((x) => x.complete && x.naturalWidth > 0));
    const answer = await site.api('GET', `/projects/${site.project}/points?q=${encodeURIComponent(words)}&closed=any`);
    const [point] = (await answer.json()).items;
    assert.equal(point.photos.length, 1);
    const { width, height, taken_at: taken } = point.photos[0];
    if (kind === 'TIFF') assert.deepEqual([width, height], [320, 200]);
    else {
      assert.deepEqual([width, height], [3024, 4032]);
      assert.equal(Date.parse(taken), Date.parse('2020-05-04T18:39:11-04:00'));
    }
    await site.api('DELETE', `/projects/${site.project}/points/${point.id}`);
    assert.deepEqual(site.faults, []);
    await context.close();
  });
