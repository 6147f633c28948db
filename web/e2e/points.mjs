// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** The list of points and one point, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, photo, serverPoints, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const rows = (page) =>
  page
    .getByRole('grid', { name: 'Points' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const panel = (page) => page.getByRole('complementary', { name: 'Point' });

async function list(site, query = '') {
  await site.page.goto(`/p/${site.project}/points${query}`);
  await rows(site.page).first().waitFor();
}

/** A point of our own, made through the API, so that tests do not step on each other. */
async function ownPoint(site, over = {}) {
  const id = crypto.randomUUID().replace(/^(.{14})./, '$17');
  const subject = `Test ${id.slice(0, 8)}`;
  const answer = await site.api('PUT', `/projects/${site.project}/points/${id}`, { subject, ...over });
  assert.ok(answer.ok(), `PUT point: ${answer.status()} ${await answer.text()}`);
  return { id, subject, ...(await (await site.api('GET', `/projects/${site.project}/points/${id}`)).json()) };
}

const server = async (site, id) => (await site.api('GET', `/projects/${site.project}/points/${id}`)).json();

test('a filter and a sort are in the address, and a reload keeps them', async () => {
  const site = await open(desk);
  const { page } = site;
  await list(site);
  await page.getByText('All saved').first().waitFor();
  const all = await page
    .getByText(/^\d+ points$/)
    .last()
    .innerText();
  const bar = page.getByRole('search', { name: 'Filter' });
  await bar.getByRole('button', { name: 'Status' }).click();
  const choice = page.getByRole('dialog', { name: 'Status' }).getByRole('checkbox').first();
  const status = (await page.getByRole('dialog', { name: 'Status' }).locator('label').first().innerText()).trim();
  await choice.check();
  await page.keyboard.press('Escape');
  await until(
    'a filtered list',
    async () =>
      (await page
        .getByText(/^\d+ points?$/)
        .last()
        .innerText()) !== all,
  );
  assert.ok(new URL(page.url()).searchParams.get('status'));
  await page.getByRole('columnheader', { name: 'Subject' }).getByRole('button').click();
  await until('the sort in the address', () => new URL(page.url()).searchParams.get('sort') === 'subject');
  const seen = async () => (await rows(page).allInnerTexts()).slice(0, 8);
  const before = await seen();
  for (const row of before) assert.ok(row.includes(status), `${row} has status ${status}`);
  const subjects = before.map((r) => r.split('\n').filter(Boolean)[1]);
  assert.deepEqual(
    subjects,
    [...subjects].sort((a, b) => a.localeCompare(b)),
  );
  await page.reload();
  await rows(page).first().waitFor();
  assert.deepEqual(await seen(), before);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('searchbox', { name: 'Search in points' }).fill('qqzzqq');
  await page.getByText('No point matches').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).click();
  await until(
    'everything again',
    async () =>
      (await page
        .getByText(/^\d+ points$/)
        .last()
        .innerText()) === all,
  );
  assert.deepEqual(site.faults, []);
  assert.deepEqual(site.strange, []);
  await site.context.close();
});

test('j, k, Enter, x: the list without a mouse', async () => {
  const site = await open(desk);
  const { page } = site;
  await list(site);
  await page.locator('body').click({ position: { x: 700, y: 20 } });
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('j');
  const active = rows(page).nth(1);
  await until('the focus on the second row', () => active.evaluate((e) => e === document.activeElement));
  await page.keyboard.press('x');
  assert.equal(await active.getAttribute('aria-selected'), 'true');
  await page.getByText('1 point selected').waitFor();
  const number = (await active.innerText()).split('\n').filter(Boolean)[0];
  await page.keyboard.press('Enter');
  await panel(page).getByText(number, { exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  const next = (await rows(page).nth(2).innerText()).split('\n').filter(Boolean)[0];
  await panel(page).getByText(next, { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'detached' });
  assert.deepEqual(await axe(page), []);
  await site.context.close();
});

test('the status changes in one tap, and Undo takes it back', async () => {
  const site = await open(desk);
  const { page } = site;
  const point = await ownPoint(site);
  await page.goto(`/p/${site.project}/points?point=${point.id}`);
  await panel(page).getByRole('heading', { name: point.subject }).waitFor();
  await panel(page).getByRole('button', { name: /^Set / }).first().click();
  await until('the server to have it', async () => (await server(site, point.id)).status_id !== point.status_id);
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the server to have it back', async () => (await server(site, point.id)).status_id === point.status_id);
  await site.context.close();
});

test('fields are edited where they stand, a photo and a comment are added, and the history tells of it', async () => {
  const site = await open(desk);
  const { page } = site;
  const point = await ownPoint(site);
  await page.goto(`/p/${site.project}/points?point=${point.id}`);
  const detail = panel(page);
  await detail.getByRole('heading', { name: point.subject }).click();
  const box = detail.getByRole('textbox', { name: 'Subject' });
  await box.fill(`${point.subject} again`);
  await box.press('Enter');
  await detail.getByRole('heading', { name: `${point.subject} again` }).waitFor();
  await detail.getByRole('switch', { name: 'Urgent' }).click({ force: true });
  await detail.getByTitle('Change').filter({ hasText: 'Change Where' }).click();
  await page.getByRole('listbox').getByRole('option').nth(1).click();
  await detail.getByRole('textbox', { name: 'Comment' }).fill('Seen from the stair.');
  await detail.getByRole('button', { name: 'Send' }).click();
  await detail.getByText('Seen from the stair.').waitFor();
  await detail.locator('input[type=file]').setInputFiles(await photo(page));
  await detail.getByRole('button', { name: /Photo 1 of 1/ }).waitFor();
  const now = await until('all of it on the server', async () => {
    const p = await server(site, point.id);
    return p.photos.length === 1 && p.comments.length === 1 && p.urgent && p.location_id ? p : null;
  });
  assert.equal(now.subject, `${point.subject} again`);
  await detail.getByText(new RegExp(`subject: ${point.subject} → ${point.subject} again`)).waitFor();
  await detail.getByRole('button', { name: /Photo 1 of 1/ }).click();
  await page.getByRole('dialog').locator('img').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(new URL(page.url()).searchParams.get('point'), 'Escape closed the photo, not the point');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('the same field changed by two: both values are shown, nothing is lost, one tap decides', async () => {
  const site = await open(desk);
  const { page, context } = site;
  const point = await ownPoint(site);
  for (const choice of ['Keep theirs', 'Use mine']) {
    await page.goto(`/p/${site.project}/points?point=${point.id}`);
    const detail = panel(page);
    await detail.getByRole('heading', { level: 2 }).waitFor();
    await until('the newest copy', async () => {
      const { subject } = await server(site, point.id);
      return (await detail.getByRole('heading', { level: 2 }).innerText()) === subject;
    });
    await context.setOffline(true);
    await detail.getByRole('heading', { level: 2 }).click();
    const mine = `Mine ${choice}`;
    await detail.getByRole('textbox', { name: 'Subject' }).fill(mine);
    await detail.getByRole('textbox', { name: 'Subject' }).press('Enter');
    await detail.getByText('Not sent').waitFor();
    const { version } = await server(site, point.id);
    const theirs = `Theirs ${choice}`;
    const patched = await site.api('PATCH', `/projects/${site.project}/points/${point.id}`, {
      base: version,
      subject: theirs,
      description: `merged ${choice}`,
    });
    assert.ok(patched.ok());
    await context.setOffline(false);
    const card = detail.getByRole('region', { name: 'Decide' });
    await card.waitFor();
    await card.getByText(mine).waitFor();
    await card.getByText(theirs).waitFor();
    // What did not conflict was merged.
    await detail.getByRole('button', { name: `merged ${choice}` }).waitFor();
    assert.deepEqual(await axe(page), []);
    await card.getByRole('button', { name: choice }).click();
    await card.waitFor({ state: 'detached' });
    const want = choice === 'Use mine' ? mine : theirs;
    await detail.getByRole('heading', { name: want }).waitFor();
    await until('the decision on the server', async () => (await server(site, point.id)).subject === want);
  }
  await site.context.close();
});

test('a deleted point comes back with Undo', async () => {
  const site = await open(desk);
  const { page } = site;
  const point = await ownPoint(site);
  await page.goto(`/p/${site.project}/points?point=${point.id}`);
  await panel(page).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await until('gone on the server', async () => (await site.api('GET', `/projects/${site.project}/points/${point.id}`)).status() === 404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('back on the server', async () => (await site.api('GET', `/projects/${site.project}/points/${point.id}`)).ok());
  await site.context.close();
});

test('on a phone the points are cards, and one opens over the list', async () => {
  const site = await open(phone);
  const { page } = site;
  await page.goto(`/p/${site.project}/points`);
  const cards = page.getByRole('list', { name: 'Points' }).getByRole('listitem');
  await cards.first().waitFor();
  assert.deepEqual(await axe(page), []);
  const box = await cards.first().boundingBox();
  assert.ok(box.height >= 48, 'a card is large enough for a glove');
  await page.getByRole('button', { name: /^Filter/ }).click();
  await page.getByRole('dialog', { name: 'Filter' }).getByRole('button', { name: 'Urgent' }).click();
  await page.getByRole('dialog', { name: 'Filter' }).getByRole('button', { name: 'Show' }).click();
  await until('the filter in the address', () => new URL(page.url()).searchParams.get('urgent'));
  await cards.first().click();
  await panel(page).waitFor();
  assert.deepEqual(await axe(page), []);
  await panel(page).getByRole('button', { name: 'Close', exact: true }).click();
  await panel(page).waitFor({ state: 'detached' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, 'nothing sticks out sideways');
  await site.context.close();
});

test('every list item that the server pages is reached before the device has all', async () => {
  const site = await open(desk);
  const { page } = site;
  // Only the first page of the snapshot comes; the rest hangs.
  let pages = 0;
  await page.route(/\/snapshot\?/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    pages++;
    if (pages > 1) return;
    await route.fulfill({
      response: answer,
      json: { ...body, next: 'later', things: { ...body.things, points: body.things.points.slice(0, 5) } },
    });
  });
  const asked = [];
  page.on('request', (r) => {
    if (/\/points\?.*limit=/.test(r.url())) asked.push(new URL(r.url()).searchParams);
  });
  await list(site);
  const want = await serverPoints(site, 'sort=created&order=desc&limit=100');
  await until('the server asked', () => asked.length > 0);
  assert.equal(asked[0].get('sort'), 'created');
  await until('its rows shown', async () => (await rows(page).count()) > 6);
  const numbers = (await rows(page).allInnerTexts()).map((r) => r.split('\n').filter(Boolean)[0]).slice(0, 10);
  assert.deepEqual(
    numbers,
    want.slice(0, 10).map((p) => p.number),
  );
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await site.context.close();
});

test('a part that does not come takes nothing else with it', async () => {
  const site = await open({ ...desk, serviceWorkers: 'block' });
  const { page } = site;
  const point = await ownPoint(site);
  let refused = 0;
  await page.route(/\/assets\/(Said|ChoiceList)-/, (route) => {
    refused++;
    return route.abort();
  });
  await page.goto(`/p/${site.project}/points?point=${point.id}`);
  const urgent = panel(page).getByRole('switch', { name: 'Urgent' });
  await urgent.click({ force: true });
  await until('changed on the server', async () => (await server(site, point.id)).urgent);
  await page.getByRole('search').getByRole('button', { name: 'Status' }).click();
  await until('asked for in vain', () => refused > 1);
  assert.ok(await urgent.isChecked());
  // The browser does not ask for a part again that failed; the page goes on, and says that it wants to be loaded anew.
  await page.getByText('A new version is ready').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
