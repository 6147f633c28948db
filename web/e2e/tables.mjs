// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** Many points at once, undo and columns, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const grid = (page) => page.getByRole('grid', { name: 'Points' });
const rows = (page) =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });
const newId = () => crypto.randomUUID().replace(/^(.{14})./, '$17');
const server = async (site, id) => (await site.api('GET', `/projects/${site.project}/points/${id}`)).json();

async function ownPoints(site, n) {
  const word = `zz${newId().slice(0, 8)}`;
  const ids = [];
  for (let i = 0; i < n; i++) {
    const id = newId();
    const answer = await site.api('PUT', `/projects/${site.project}/points/${id}`, { subject: `${word} ${i}` });
    assert.ok(answer.ok(), `PUT point: ${answer.status()}`);
    ids.push(id);
  }
  return { word, ids };
}

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`many points are changed at once, and one undo takes it back (${name})`, async () => {
    const site = await open(device);
    const { page } = site;
    const { word, ids } = await ownPoints(site, 3);
    await page.goto(`/p/${site.project}/points?q=${word}`);
    await page.getByText(`${word} 0`).first().waitFor();
    if (name === 'desk') await rows(page).first().getByRole('checkbox').check();
    else {
      await page.getByRole('button', { name: 'Select', exact: true }).click();
      await page.getByRole('button', { name: new RegExp(`${word} 0`) }).click();
    }
    await page.getByRole('button', { name: 'Select all 3 listed' }).click();
    await page.getByText('3 points selected').waitFor();
    await page.getByRole('button', { name: 'Change fields' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change several points' });
    await dialog.getByRole('checkbox', { name: 'Urgent' }).check();
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Change 3 points' }).click();
    const outcome = page.getByRole('region', { name: 'What became of the change' });
    await outcome.getByText('3 points changed').waitFor();
    await until('all urgent on the server', async () => (await Promise.all(ids.map((id) => server(site, id)))).every((p) => p.urgent));
    await outcome.getByRole('button', { name: 'Undo' }).click();
    await until('none urgent on the server', async () => (await Promise.all(ids.map((id) => server(site, id)))).every((p) => !p.urgent));
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}

test('Ctrl Z takes the last change back, without a network too', async () => {
  const site = await open(desk);
  const { page } = site;
  const { ids } = await ownPoints(site, 1);
  await page.goto(`/p/${site.project}/points?point=${ids[0]}`);
  const panel = page.getByRole('complementary', { name: 'Point' });
  await panel.getByRole('switch', { name: 'Urgent' }).waitFor();
  await page.getByText('All saved').first().waitFor();
  await site.context.setOffline(true);
  await panel
    .locator('label', { has: page.getByRole('switch') })
    .first()
    .click();
  await until('on', () => panel.getByRole('switch', { name: 'Urgent' }).isChecked());
  await page.keyboard.press('Control+z');
  await until('off', async () => !(await panel.getByRole('switch', { name: 'Urgent' }).isChecked()));
  await site.context.setOffline(false);
  await page.getByText('All saved').first().waitFor();
  assert.equal((await server(site, ids[0])).urgent, false);
  await site.context.close();
});

test('columns are chosen and kept; groups fold', async () => {
  const site = await open(desk);
  const { page } = site;
  await page.goto(`/p/${site.project}/points`);
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name: 'Category' }).check();
  await page.keyboard.press('Escape');
  await grid(page).getByRole('columnheader', { name: 'Category' }).waitFor();
  const edge = page.getByRole('separator', { name: 'Width of Subject' });
  await edge.focus();
  const narrow = await edge.getAttribute('aria-valuenow');
  await page.keyboard.press('ArrowRight');
  await until('wider', async () => (await edge.getAttribute('aria-valuenow')) !== narrow);
  const wide = await edge.getAttribute('aria-valuenow');
  await page.reload();
  await grid(page).getByRole('columnheader', { name: 'Category' }).waitFor();
  assert.equal(Number(wide), Number(narrow) + 16);
  assert.equal(await edge.getAttribute('aria-valuenow'), wide);
  await page.getByRole('combobox', { name: 'Group' }).selectOption({ label: 'Grouped by due date' });
  const fold = grid(page).getByRole('button', { expanded: true }).first();
  await fold.click();
  await grid(page).getByRole('button', { expanded: false }).first().click();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
