// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** The planner's screen in a real browser: keys alone, a link that is dragged, undo, the phone, and axe on both sizes and schemes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const newId = () => crypto.randomUUID().replace(/^(.{14})./, '$17');
const day = 480;

/** A programme of its own: four activities below a summary, the first two related. */
async function programme(site, name = `Works ${newId().slice(0, 8)}`) {
  const id = newId();
  const root = `/projects/${site.project}/programmes/${id}`;
  const put = await site.api('PUT', root, { name, start: minutes('2031-01-06') });
  assert.ok(put.ok(), `PUT programme: ${put.status()} ${await put.text()}`);
  const ids = Object.fromEntries(['all', 'dig', 'pour', 'walls', 'roof'].map((k) => [k, newId()]));
  const add = (activity, title, parent, after, duration) => ({ do: 'add', activity, parent, after, name: title, duration, kind: 0 });
  const edits = [
    add(ids.all, 'Shell', null, null, day),
    add(ids.dig, 'Dig', ids.all, null, 2 * day),
    add(ids.pour, 'Pour', ids.all, ids.dig, 3 * day),
    add(ids.walls, 'Walls', ids.all, ids.pour, 5 * day),
    add(ids.roof, 'Roof', ids.all, ids.walls, 4 * day),
    { do: 'link', from: ids.dig, to: ids.pour, link: 'FS', lag: 0, unit: 'working' },
  ];
  const done = await site.api('POST', `${root}/edits`, { edits });
  assert.ok(done.ok(), `POST edits: ${done.status()} ${await done.text()}`);
  const schedule = async () => (await site.api('GET', `${root}/schedule`)).json();
  return { id, name, ids, root, schedule };
}

const minutes = (civil) => (Date.parse(`${civil}T00:00:00Z`) - Date.UTC(2000, 0, 1)) / 60_000;
const grid = (page) => page.getByRole('treegrid', { name: 'Activities' });
const row = (page, name) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const cell = async (page, name, column) => (await row(page, name).locator(`[data-column="${column}"]`).textContent())?.trim();

async function show(site, p) {
  await site.page.goto(`/p/${site.project}/programme?id=${p.id}`);
  await row(site.page, 'Roof').waitFor();
}

/** Where an activity's bar is: from its row, and a walk along it with the pointer until it is over a bar. */
async function bar(page, name) {
  const box = await page.locator('canvas').boundingBox();
  const line = await row(page, name).boundingBox();
  const y = line.y + line.height / 2;
  const cursor = () => page.locator('canvas').evaluate((c) => c.style.cursor);
  let left = null;
  let right = null;
  for (let x = box.x + 2; x < box.x + box.width; x += 3) {
    await page.mouse.move(x, y);
    const c = await cursor();
    if (c === 'pointer' || c === 'ew-resize') {
      left ??= x;
      right = x;
    } else if (left !== null) break;
  }
  assert.ok(left !== null, `the bar of ${name} is not on the screen`);
  return { left, right, middle: (left + right) / 2, y };
}

test('a dragged link moves the forecast, as told before; undo takes it back', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  const before = await p.schedule();
  const from = await bar(page, 'Pour');
  const to = await bar(page, 'Roof');
  await page.mouse.move(from.middle, from.y);
  // The handle lies beyond the end of the bar that is pointed at.
  await page.mouse.move(from.right + 13, from.y, { steps: 6 });
  await page.mouse.down();
  await page.mouse.move(to.left + 4, to.y, { steps: 12 });
  await page.getByText('The end moves from').waitFor();
  assert.equal((await p.schedule()).version, before.version, 'the preview kept something');
  await page.mouse.up();
  await page.getByText('Relation added').waitFor();
  await until('the relation on the server', async () => (await p.schedule()).relations.length === 2);
  const after = await p.schedule();
  assert.ok(after.finish > before.finish, 'the end did not move');
  const roof = after.activities.id.indexOf(p.ids.roof);
  const pour = after.activities.id.indexOf(p.ids.pour);
  assert.ok(after.activities.start[roof] >= after.activities.finish[pour], 'the roof still begins before');
  await until('the table says so', async () => (await cell(page, 'Roof', 'start')) !== (await cell(page, 'Dig', 'start')));
  await page.keyboard.press('Control+z');
  await until('the relation gone', async () => (await p.schedule()).relations.length === 1);
  assert.equal((await p.schedule()).finish, before.finish);
  await page.keyboard.press('Control+y');
  await until('the relation again', async () => (await p.schedule()).relations.length === 2);
  assert.deepEqual(site.faults, []);
  assert.deepEqual(site.strange, []);
  await site.context.close();
});

test('a bar is moved and stretched; what lets go with Escape changes nothing', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  const start = async () => {
    const s = await p.schedule();
    return s.activities.start[s.activities.id.indexOf(p.ids.dig)];
  };
  const was = await start();
  let at = await bar(page, 'Dig');
  await page.mouse.move(at.middle, at.y);
  await page.mouse.down();
  await page.mouse.move(at.middle + 150, at.y, { steps: 8 });
  await page.getByText(/The end (moves|stays)/).waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  assert.equal(await start(), was);
  at = await bar(page, 'Dig');
  await page.mouse.move(at.middle, at.y);
  await page.mouse.down();
  await page.mouse.move(at.middle + 150, at.y, { steps: 8 });
  await page.mouse.up();
  await until('moved', async () => (await start()) > was);
  at = await bar(page, 'Walls');
  await page.mouse.move(at.right - 1, at.y);
  await page.mouse.down();
  await page.mouse.move(at.right - 150, at.y, { steps: 8 });
  await page.mouse.up();
  await until('shorter', async () => {
    const s = await p.schedule();
    return s.activities.duration[s.activities.id.indexOf(p.ids.walls)] < 5 * day;
  });
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('the keyboard alone: add, name, indent, move in time, relate, remove, undo', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  const names = async () => (await p.schedule()).activities.name;
  await grid(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Insert');
  const input = page.getByRole('textbox', { name: 'Name of the activity' });
  await input.waitFor();
  await page.keyboard.type('Paint');
  await page.keyboard.press('Enter');
  await until('named', async () => (await names()).includes('Paint'));
  await row(page, 'Paint').waitFor();
  await page.keyboard.press('Tab');
  await until('below the roof', async () => {
    const s = await p.schedule();
    return s.activities.parent[s.activities.name.indexOf('Paint')] === s.activities.name.indexOf('Roof');
  });
  await row(page, 'Paint').waitFor();
  await until('the table knows', async () => (await row(page, 'Paint').getAttribute('aria-level')) === '3');
  await page.keyboard.press('Shift+Tab');
  await until('beside the roof', async () => {
    const s = await p.schedule();
    return s.activities.level[s.activities.name.indexOf('Paint')] === 2;
  });
  await until('the table knows', async () => (await row(page, 'Paint').getAttribute('aria-level')) === '2');
  const begins = async () => {
    const s = await p.schedule();
    return s.activities.start[s.activities.name.indexOf('Paint')];
  };
  const was = await begins();
  await page.keyboard.press('Alt+ArrowRight');
  await until('a day later', async () => (await begins()) > was);
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await until('the last row is the active one', async () => (await row(page, 'Paint').getAttribute('data-active')) === '');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('l');
  await until('related', async () => (await p.schedule()).relations.length === 2);
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await until('removed', async () => !(await names()).includes('Paint'));
  await page.getByText('Activity removed').waitFor();
  await page.keyboard.press('Control+z');
  await until('back', async () => (await names()).includes('Paint'));
  // Escape, then Tab leaves the table: it is no trap.
  await row(page, 'Paint').waitFor();
  await grid(page).focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role') === 'treegrid'), false);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Relate what is selected').waitFor();
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('a relation that would close a circle is refused with the names of those in it', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  await page.goto(`/p/${site.project}/programme?id=${p.id}&activity=${p.ids.dig}`);
  const panel = page.getByRole('complementary', { name: 'Activity' });
  const waits = panel.getByRole('region', { name: 'Waits for', exact: true });
  await waits.getByRole('combobox', { name: 'Add a relation' }).fill('Pour');
  await page.getByRole('option', { name: 'Pour' }).click();
  await page.getByText('Activities wait for each other in a circle.').waitFor();
  assert.equal((await p.schedule()).relations.length, 1);
  await waits.getByRole('combobox', { name: 'Add a relation' }).fill('Walls');
  await page.getByRole('option', { name: 'Walls' }).click();
  await until('related', async () => (await p.schedule()).relations.length === 2);
  await waits.getByRole('button', { name: 'Walls', exact: true }).waitFor();
  assert.deepEqual(await axe(page), []);
  await site.context.close();
});

test('what somebody else does shows by itself, and a field changed twice is told', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  await site.api('POST', `${p.root}/edits`, { edits: [{ do: 'set', activity: p.ids.walls, name: 'Walls and openings' }] });
  await row(page, 'Walls and openings').waitFor();
  // The page does not hear of the next one before it sends its own.
  await page.route('**/events**', (r) => r.abort());
  await page.route('**/changes**', (r) => r.abort());
  await site.api('POST', `${p.root}/edits`, { edits: [{ do: 'set', activity: p.ids.roof, name: 'Flat roof' }] });
  await grid(page).focus();
  await row(page, 'Roof').click();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Name of the activity' }).fill('Pitched roof');
  await page.keyboard.press('Enter');
  const told = page.getByRole('alert', { name: 'Changed twice' });
  await told.getByText('Flat roof').waitFor();
  await told.getByRole('button', { name: 'Take theirs' }).click();
  await until('theirs', async () => (await p.schedule()).activities.name.includes('Flat roof'));
  await site.context.close();
});

test('a filter, groups and columns; they are kept', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  await page.getByRole('searchbox', { name: 'Search the activities' }).fill('roo');
  await row(page, 'Dig').waitFor({ state: 'hidden' });
  await page.getByText('1 matches').waitFor();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await row(page, 'Dig').waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const shown = page.getByRole('dialog', { name: 'Show' });
  await shown.getByRole('checkbox', { name: 'Free float' }).check();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  await grid(page).getByRole('columnheader', { name: 'Free float' }).waitFor();
  await page.reload();
  await grid(page).getByRole('columnheader', { name: 'Free float' }).waitFor();
  await page.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'Grouped by state' }).click();
  await grid(page)
    .getByRole('row', { name: /^Not started · 4/ })
    .waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
])
  for (const scheme of ['light', 'dark'])
    test(`everybody can read it (${name}, ${scheme})`, async () => {
      const site = await open({ ...device, colorScheme: scheme });
      const { page } = site;
      const p = await programme(site);
      await page.goto(`/p/${site.project}/programme?id=${p.id}`);
      await page.getByText('Roof', { exact: true }).first().waitFor();
      assert.deepEqual(await axe(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it overflows');
      if (name === 'phone') {
        await page.getByRole('button', { name: /Roof/ }).click();
        await page.getByRole('complementary', { name: 'Activity' }).getByText('Total float').waitFor();
        assert.deepEqual(await axe(page), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it overflows');
      } else {
        await page.getByRole('button', { name: 'Locations' }).click();
        await page.getByText('No activity has a location yet').waitFor();
        assert.deepEqual(await axe(page), []);
      }
      assert.deepEqual(site.faults, []);
      await site.context.close();
    });

test('it prints on paper of any size: pages with headings, in vectors, and nothing else of the screen', async () => {
  const site = await open(desk);
  const { page } = site;
  const p = await programme(site);
  await show(site, p);
  await page.evaluate(() => {
    window.print = () => undefined;
  });
  await page.getByRole('button', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Print or save as PDF' }).click();
  const dialog = page.getByRole('dialog', { name: 'Print or save as PDF' });
  await dialog.getByRole('combobox', { name: 'Paper' }).selectOption('a2');
  await dialog.getByRole('textbox', { name: 'Pages wide' }).fill('2');
  await dialog.getByText('2 pages').waitFor();
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole('button', { name: 'Print', exact: true }).click();
  const pages = page.locator('[data-print] svg');
  assert.equal(await pages.count(), 2);
  for (const k of [0, 1]) assert.match(await pages.nth(k).textContent(), new RegExp(`${p.name}.*Roof.*Page ${k + 1} of 2`));
  const pdf = await page.pdf({ preferCSSPageSize: true });
  // A2 turned, in points; nothing but the two pages.
  const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => [
    Math.round(m[1]),
    Math.round(m[2]),
  ]);
  assert.equal(boxes.length, 2);
  for (const [w, h] of boxes) assert.ok(Math.abs(w - 1684) <= 2 && Math.abs(h - 1191) <= 2, `${w} × ${h}`);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

const samples = process.env.PLUMBLINE_SAMPLES;

test('a file of Microsoft Project is looked at, taken over, renewed, and comes out again', {
  skip: !samples && 'PLUMBLINE_SAMPLES',
}, async () => {
  const site = await open(desk);
  const { page } = site;
  const first = await programme(site);
  await show(site, first);
  const menu = async (item) => {
    await page.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Import a file');
  const dialog = page.getByRole('dialog', { name: 'Import a programme' });
  await dialog.getByText('As a new programme').click();
  const file = join(samples, 'schedules/msp-converted/Residential_Construction.xml');
  const choose = async (what) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.getByRole('button', { name: /Choose a/ }).click()]);
    await chooser.setFiles(what);
  };
  await choose({ name: 'old.mpp', mimeType: 'application/octet-stream', buffer: Buffer.from('x') });
  await dialog.getByRole('alert').getByText('Save As').waitFor();
  await choose(file);
  const changes = dialog.getByRole('region', { name: 'What the file changes' });
  await changes.getByText(/\d+ activities are new/).waitFor();
  assert.deepEqual(await axe(page), []);
  await changes.getByRole('button', { name: 'Take it over' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await row(page, 'General Conditions').waitFor();
  assert.equal(await grid(page).getAttribute('aria-rowcount'), '109');
  // The same file again changes nothing, and one look does no harm.
  await menu('Import a file');
  await choose(file);
  await changes.getByText('Nothing changes.').waitFor();
  await changes.getByRole('button', { name: 'Leave everything as it is' }).click();
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Microsoft Project (XML)' }).click(),
  ]);
  assert.match(readFileSync(await download.path(), 'utf8'), /<Name>General Conditions<\/Name>/);
  await menu('Baselines');
  const baselines = page.getByRole('dialog', { name: 'Baselines' });
  await baselines.getByLabel('Name').fill('Contract');
  await baselines.getByRole('button', { name: 'Take a baseline' }).click();
  await baselines.getByRole('checkbox', { name: /Contract/ }).waitFor();
  assert.equal(await baselines.getByRole('checkbox', { name: /Contract/ }).isChecked(), true);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
