// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** Saved views, and what is drawn over photos and sheets, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, serverPoints, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const views = async (site) => (await (await site.api('GET', `/projects/${site.project}/views`)).json()).items;
const markups = async (site, id) => (await (await site.api('GET', `/projects/${site.project}/points/${id}`)).json()).markups;

test('a view of the list is saved, opened again, and taken away with a way back', async () => {
  const site = await open(desk);
  const { page } = site;
  const name = `Urgent ${Date.now()}`;
  await page.goto(`/p/${site.project}/points?urgent=true&group=status`);
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Save this view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('checkbox', { name: 'Shared with everybody on the project' }).check();
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await until('the server has it', async () => (await views(site)).some((v) => v.name === name && v.shared && /urgent=true/.test(v.query)));
  await page.goto(`/p/${site.project}/points`);
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await page.getByRole('menuitem', { name }).click();
  await page.waitForURL(/urgent=true/);
  await page.getByRole('button', { name: `View ${name}` }).click();
  await page.getByRole('menuitem', { name: `Delete “${name}”` }).click();
  await until('it is gone', async () => !(await views(site)).some((v) => v.name === name));
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('it is back', async () => (await views(site)).some((v) => v.name === name));
  const [made] = (await views(site)).filter((v) => v.name === name);
  await site.api('DELETE', `/projects/${site.project}/views/${made.id}`);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

/** Draws a line over a box that is shown. */
async function drag(page, box, from, to) {
  const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`a photo is drawn on without a network, and the drawing comes to the server (${name})`, async () => {
    const site = await open(device);
    const { page, context } = site;
    const point = (await serverPoints(site, 'limit=100')).find((p) => p.photos.length > 0 && p.may.photo && p.markups.length === 0);
    assert.ok(point, 'a point with a photo');
    await page.goto(`/p/${site.project}/points?point=${point.id}`);
    await page.getByRole('button', { name: /^Photo 1 of / }).click();
    const lightbox = page.getByRole('dialog');
    await lightbox.getByRole('button', { name: 'Draw', exact: true }).click();
    const paper = lightbox.getByRole('img', { name: 'Photo with mark-up' });
    await paper.waitFor();
    assert.deepEqual(await axe(page), []);
    await context.setOffline(true);
    const box = await paper.boundingBox();
    await lightbox.getByRole('button', { name: 'Arrow', exact: true }).click();
    await drag(page, box, [0.3, 0.4], [0.6, 0.6]);
    await lightbox.getByRole('button', { name: 'Ellipse', exact: true }).click();
    await lightbox.getByRole('button', { name: 'Blue', exact: true }).click();
    await drag(page, box, [0.4, 0.4], [0.7, 0.7]);
    await page.keyboard.press('Control+z');
    await lightbox.getByRole('button', { name: 'Redo' }).click();
    await lightbox.getByRole('button', { name: 'Text', exact: true }).click();
    await page.mouse.click(box.x + box.width * 0.4, box.y + box.height * 0.45);
    await lightbox.getByRole('textbox', { name: 'Text to write' }).fill('Crack');
    await lightbox.getByRole('button', { name: 'Place it' }).click();
    await lightbox.getByRole('button', { name: 'Save', exact: true }).click();
    await lightbox.getByRole('button', { name: 'Hide mark-up' }).waitFor();
    assert.deepEqual(await markups(site, point.id).catch(() => []), [], 'nothing went out yet');
    await context.setOffline(false);
    const [layer] = await until('the layer is on the server', async () => {
      const all = await markups(site, point.id);
      return all.length > 0 && all;
    });
    assert.deepEqual(
      layer.shapes.map((x) => x.kind),
      ['arrow', 'ellipse', 'text'],
    );
    assert.equal(layer.shapes[1].colour, '#1f5fae');
    assert.equal(layer.shapes[2].text, 'Crack');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('taken back', async () => (await markups(site, point.id)).length === 0);
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}

test('the sheet of a pin is drawn on, and the drawing stays where it was drawn', async () => {
  const site = await open(desk);
  const { page } = site;
  const point = (await serverPoints(site, 'limit=100')).find((p) => p.pin && p.may.photo && p.markups.length === 0);
  await page.goto(`/p/${site.project}/plans/${point.pin.sheet_id}?point=${point.id}`);
  await page.getByRole('button', { name: 'Draw on the plan' }).click();
  const paper = page.getByRole('img', { name: 'Plan with mark-up' });
  await paper.waitFor();
  const box = await paper.boundingBox();
  await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
  await drag(page, box, [0.3, 0.3], [0.5, 0.5]);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const [layer] = await until('the layer is on the server', async () => {
    const all = await markups(site, point.id);
    return all.length > 0 && all;
  });
  assert.equal(layer.on, 'sheet');
  assert.equal(layer.target_id, point.pin.sheet_id);
  await page.locator('[data-over] rect').waitFor();
  const drawn = await page.locator('[data-over] rect').boundingBox();
  assert.ok(Math.abs(drawn.x - (box.x + box.width * 0.3)) < 6, `drawn at ${drawn.x}`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('taken back', async () => (await markups(site, point.id)).length === 0);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
