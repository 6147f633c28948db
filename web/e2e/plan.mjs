// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** The plan in a real browser: tiles, pins, keyboard, the address, offline, and a point made on it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, desk, ink, open, phone, photo, serverPoints, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

/** A sheet with pins on it. */
async function someSheet(site) {
  const points = await serverPoints(site, 'limit=100');
  const pinned = points.filter((p) => p.pin);
  assert.ok(pinned.length > 0, 'the demo has pins');
  return { sheet: pinned[0].pin.sheet_id, points: pinned.filter((p) => p.pin.sheet_id === pinned[0].pin.sheet_id) };
}

const url = (site, sheet, query = '') => `/p/${site.project}/plans/${sheet}${query}`;
/** Taps the sheet where no pin is: wherever the demo left room. */
async function tapPaper(page, card) {
  const box = await page.locator('[data-plan]').boundingBox();
  for (const [x, y] of [
    [0.4, 0.5],
    [0.6, 0.47],
    [0.3, 0.45],
    [0.5, 0.55],
    [0.7, 0.52],
    [0.2, 0.5],
    [0.85, 0.5],
  ]) {
    const before = page.url();
    await page.touchscreen.tap(box.x + box.width * x, box.y + box.height * y);
    // A single tap is told from a double one by waiting; a busy machine waits longer.
    const asked = (name) => new URL(page.url()).searchParams.get(name);
    await until('the tap does something', async () => (await card.isVisible()) || asked('point') || page.url() !== before, 3000).catch(
      () => undefined,
    );
    if (asked('new')) await card.waitFor();
    if (await card.isVisible()) return;
    if (asked('point')) await page.keyboard.press('Escape');
    else if (page.url() !== before) await page.locator('[data-plan]').press('0');
    await page.waitForTimeout(300);
  }
  await card.waitFor();
}

const shown = (page) => until('a drawn plan', async () => (await ink(page)).dark > 300);

test('the gallery finds a sheet and opens it', async () => {
  const site = await open(desk);
  const { page } = site;
  await page.goto(`/p/${site.project}/plans`);
  const cards = page.locator('main a[href*="/plans/"]');
  await cards.first().waitFor();
  const all = await cards.count();
  const name = (
    await cards
      .nth(all - 1)
      .locator('b')
      .innerText()
  ).trim();
  await page.getByRole('searchbox', { name: 'Search in plans' }).fill(name);
  await until('fewer sheets', async () => (await cards.count()) < all || all === 1);
  await page.getByRole('searchbox', { name: 'Search in plans' }).fill('no sheet is called so');
  await page.getByText('No sheet matches').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  assert.deepEqual(await axe(page), []);
  await cards.first().click();
  await shown(page);
  assert.deepEqual(site.faults, []);
  assert.deepEqual(site.strange, [], 'no page contacts a third party');
  await site.context.close();
});

test('a drawing is uploaded, becomes a sheet, and one that cannot be read says why', async () => {
  const site = await open(desk);
  const { page } = site;
  await page.goto(`/p/${site.project}/plans`);
  await page.getByRole('button', { name: 'Upload drawings' }).waitFor();
  const name = `Upload ${Date.now()}`;
  const png = Buffer.from(
    await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = 1600;
      canvas.height = 900;
      const ctx = canvas.getContext('2d');
      ctx.fillStyle = '#fff';
      ctx.fillRect(0, 0, 1600, 900);
      ctx.lineWidth = 12;
      ctx.strokeRect(100, 100, 1400, 700);
      ctx.strokeRect(100, 100, 500, 300);
      return canvas.toDataURL('image/png').split(',')[1];
    }),
    'base64',
  );
  await page.getByTestId('drawings').setInputFiles([
    { name: `${name}.png`, mimeType: 'image/png', buffer: png },
    { name: `${name} broken.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nthis is no drawing') },
    { name: `${name}.dwg`, mimeType: 'application/acad', buffer: Buffer.from('AC1027') },
  ]);
  const jobs = page.getByRole('list', { name: 'Being made ready' });
  await jobs.getByText('This kind of file is not taken.').waitFor();
  const sheet = page.locator('main a[href*="/plans/"]').filter({ hasText: name });
  await sheet.waitFor({ timeout: 90_000 });
  const broken = jobs.getByRole('listitem').filter({ hasText: `${name} broken` });
  await broken.getByText('The file is damaged').waitFor({ timeout: 90_000 });
  assert.deepEqual(await axe(page), []);
  await broken.getByRole('button', { name: 'Remove' }).click();
  await broken.waitFor({ state: 'detached' });
  await jobs
    .getByRole('listitem')
    .filter({ hasText: `${name}.dwg` })
    .getByRole('button', { name: 'Remove' })
    .click();
  await sheet.click();
  await shown(page);
  const { items } = await (await site.api('GET', `/projects/${site.project}/drawings`)).json();
  const mine = items.find((d) => d.name.startsWith(name));
  assert.equal((await site.api('DELETE', `/projects/${site.project}/drawings/${mine.id}`)).status(), 204);
  await page.getByText('This sheet is not here').waitFor();
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('zoom and place are in the address and come back', async () => {
  const site = await open(desk);
  const { page } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  const plan = page.locator('[data-plan]');
  const before = await until('a scale', () => page.getByRole('toolbar').getByRole('button').nth(1).innerText());
  await plan.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('+');
  await page.keyboard.press('ArrowRight');
  await until('a look in the address', () => new URL(page.url()).searchParams.get('look'));
  const percent = await page.getByRole('toolbar').getByRole('button').nth(1).innerText();
  assert.notEqual(percent, before);
  await until('the address at rest', async () => {
    const now = page.url();
    await page.waitForTimeout(500);
    return page.url() === now;
  });
  const look = new URL(page.url()).searchParams.get('look');
  await page.reload();
  await shown(page);
  assert.equal(await page.getByRole('toolbar').getByRole('button').nth(1).innerText(), percent);
  await page.waitForTimeout(600);
  assert.equal(new URL(page.url()).searchParams.get('look'), look);
  await plan.focus();
  await page.keyboard.press('0');
  await until('the whole sheet again', async () => (await page.getByRole('toolbar').getByRole('button').nth(1).innerText()) === before);
  await site.context.close();
});

test('the keyboard alone reaches a point: Tab to the list, arrows, Enter, Escape', async () => {
  const site = await open(desk);
  const { page } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  await page.locator('[data-plan]').focus();
  await page.keyboard.press('Tab');
  const list = page.getByRole('listbox', { name: 'Points on this sheet' });
  assert.ok(await list.evaluate((e) => e === document.activeElement), 'Tab leads from the plan to its list');
  const first = await list.getAttribute('aria-activedescendant');
  // At rest: the tiles are there, the plan has moved to the ring.
  const before = await until('a plan at rest', async () => {
    const { mark } = await ink(page);
    await page.waitForTimeout(300);
    return (await ink(page)).mark === mark ? mark : null;
  });
  await page.keyboard.press('ArrowDown');
  const second = await list.getAttribute('aria-activedescendant');
  assert.notEqual(second, first);
  await until('the ring to move on the plan', async () => (await ink(page)).mark !== before);
  const option = page.locator(`[id="${second}"]`);
  const words = (await option.innerText()).split('\n').pop().trim();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: words }).waitFor();
  assert.ok(new URL(page.url()).searchParams.get('point'));
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  await until('closed', () => !new URL(page.url()).searchParams.get('point'));
  await site.context.close();
});

test('a sheet that was opened is there without a network, deep down too', async () => {
  const site = await open(desk);
  const { page, context } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  await page.getByTitle('Opens without a network too').waitFor();
  await context.setOffline(true);
  let asked = 0;
  page.on('request', (r) => {
    if (/\/tiles\//.test(r.url())) asked++;
  });
  const plan = page.locator('[data-plan]');
  await plan.focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press('+');
  await page.waitForTimeout(800);
  await shown(page);
  assert.equal(asked, 0, 'tiles come from the device');
  assert.equal(await page.getByText('This sheet is not on this device').count(), 0);
  await context.setOffline(false);
  await site.context.close();
});

test('signing out takes the sheets off the device', async () => {
  const site = await open(desk);
  const { page } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  const kept = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const names = [];
      try {
        for await (const name of (await root.getDirectoryHandle('sheets')).keys()) names.push(name);
      } catch {
        // No folder: nothing kept.
      }
      return names.length;
    });
  await until('the sheet on the device', async () => (await kept()) > 0);
  await page.getByTitle('Opens without a network too').waitFor();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  const sure = page.getByRole('dialog').getByRole('button', { name: 'Sign out' });
  if (await sure.isVisible({ timeout: 1000 }).catch(() => false)) await sure.click();
  await page.waitForURL(/\/signin/);
  assert.equal(await kept(), 0);
  await site.context.close();
});

test('a point with a photo is made on the phone without a network, survives a reload, and arrives once', async () => {
  const site = await open(phone);
  const { page, context } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  await page.getByText('All saved').last().waitFor();
  await page.evaluate(() => navigator.serviceWorker?.ready);
  // The shell is kept before the network goes.
  await until('the app is kept', () => page.evaluate(async () => (await caches.keys()).length > 0));
  await context.setOffline(true);

  const card = page.getByRole('region', { name: 'New point' });
  await tapPaper(page, card);
  const words = `Loose bracket ${Date.now()}`;
  await card.getByRole('textbox', { name: 'Subject' }).fill(words);
  await page.getByTestId('files').setInputFiles(await photo(page));
  await card.getByRole('button', { name: 'Remove photo 1' }).waitFor();
  // The plan stays in sight above the card, and the button below is in reach.
  const top = (await card.boundingBox()).y;
  assert.ok(top > 150, `the card leaves the plan in sight (${top})`);
  assert.deepEqual(await axe(page), []);

  // An accidental reload in the middle of it.
  await page.waitForTimeout(400);
  await page.reload();
  await card.waitFor();
  assert.equal(await card.getByRole('textbox', { name: 'Subject' }).inputValue(), words);
  await card.getByRole('button', { name: 'Remove photo 1' }).waitFor();

  await card.getByRole('button', { name: 'Save point' }).click();
  await card.waitFor({ state: 'detached' });
  assert.equal((await serverPoints(site, `q=${encodeURIComponent(words)}`)).length, 0, 'the server cannot know yet');
  await page.reload();
  await page.goto(`/p/${site.project}/points?q=${encodeURIComponent(words)}`);
  await page.getByText('Not sent').first().waitFor();
  assert.equal(await page.getByText(words).count(), 1);

  await context.setOffline(false);
  const [point] = await until('the point on the server with its photo', async () => {
    const found = await serverPoints(site, `q=${encodeURIComponent(words)}`);
    return found.length > 0 && found[0].photos.length > 0 ? found : null;
  });
  assert.equal((await serverPoints(site, `q=${encodeURIComponent(words)}`)).length, 1);
  assert.equal(point.photos.length, 1);
  assert.equal(point.pin.sheet_id, sheet);
  assert.equal(Date.parse(point.photos[0].taken_at), Date.parse('2026-11-19T13:02:33Z'), 'the day of the photo is that of its EXIF');
  await page.getByText('Not sent').first().waitFor({ state: 'detached' });
  await page.getByText(point.number).first().waitFor();
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('a half-written point without words is refused with words, and thrown away when asked', async () => {
  const site = await open(desk);
  const { page } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  await page.locator('[data-plan]').focus();
  await page.keyboard.press('c');
  await page.getByText('Tap where it is').waitFor();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'New point' });
  await panel.getByRole('button', { name: 'Save point' }).click();
  await panel.getByText('Write a word or two').waitFor();
  // A proposal brings its category, and the category who is in charge.
  const proposal = panel.getByRole('list', { name: 'Proposals' }).getByRole('button').first();
  const text = await proposal.innerText();
  await proposal.click();
  assert.equal(await panel.getByRole('textbox', { name: 'Subject' }).inputValue(), text);
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await panel.waitFor({ state: 'detached' });
  await page.reload();
  await shown(page);
  assert.equal(await panel.count(), 0);
  await site.context.close();
});

test('5,000 pins pan and zoom without a long frame', { skip: !process.env.PLUMBLINE_BENCH }, async () => {
  const site = await open(desk);
  const { page } = site;
  const { sheet } = await someSheet(site);
  await page.goto(url(site, sheet));
  await shown(page);
  const frames = await page.evaluate(async () => {
    const box = document.querySelector('[data-plan]').getBoundingClientRect();
    const viewport = document.querySelector('[data-plan] .ol-viewport');
    const times = [];
    let last = performance.now();
    let go = true;
    const tick = (now) => {
      times.push(now - last);
      last = now;
      if (go) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    for (let i = 0; i < 90; i++) {
      viewport.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY: i % 30 < 15 ? -60 : 60,
          clientX: box.x + 400,
          clientY: box.y + 300,
          bubbles: true,
          cancelable: true,
        }),
      );
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    go = false;
    return times.sort((a, b) => a - b);
  });
  const at = (q) => frames[Math.floor(frames.length * q)].toFixed(1);
  console.log(`frames p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  await site.context.close();
});
