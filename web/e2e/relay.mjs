/** Points to another list, moved and relayed, many at once and from the point's page, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { installed } from './app-kit.mjs';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const newId = () => crypto.randomUUID().replace(/^(.{14})./, '$17');
const server = async (site, id) => (await site.api('GET', `/projects/${site.project}/points/${id}`)).json();
const onList = async (site, list) =>
  (await (await site.api('GET', `/projects/${site.project}/points?closed=any&list=${list}`)).json()).items;

async function put(site, path, body) {
  const answer = await site.api('PUT', `/projects/${site.project}/${path}`, body);
  assert.ok(answer.ok(), `PUT ${path}: ${answer.status()} ${await answer.text()}`);
}

/** Points of our own and a list to carry them to. */
async function own(site, n) {
  const word = `zz${newId().slice(24)}`;
  const list = newId();
  await put(site, `lists/${list}`, { code: `R${word.slice(2, 9)}`.toUpperCase(), name: `To ${word}`, order: 99 }); // new points go to the first list
  const ids = [];
  for (let i = 0; i < n; i++) {
    const id = newId();
    await put(site, `points/${id}`, { subject: `${word} ${i}`, description: 'as it was' });
    ids.push(id);
  }
  return { word, ids, list };
}

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`many points are relayed, then moved, and one undo takes each back (${name})`, async () => {
    const site = await open(device);
    const { page } = site;
    const { word, ids, list } = await own(site, 3);
    const select = async () => {
      if (name === 'desk') await page.getByRole('grid', { name: 'Points' }).getByRole('checkbox').nth(1).check();
      else {
        await page.getByRole('button', { name: 'Select', exact: true }).click();
        await page.getByRole('button', { name: new RegExp(`${word} 0`) }).click();
      }
      await page.getByRole('button', { name: 'Select all 3 listed' }).click();
      await page.getByRole('button', { name: 'To another list' }).click();
    };
    const dialog = page.getByRole('dialog', { name: 'To another list' });
    const choose = async (how) => {
      await dialog.getByRole('radio', { name: how }).check();
      await dialog.getByRole('combobox', { name: 'List' }).selectOption(list);
      assert.deepEqual(await axe(page), []);
      await dialog.getByRole('button', { name: `${how} 3 points` }).click();
    };
    const outcome = page.getByRole('region', { name: 'What became of the change' });
    await page.goto(`/p/${site.project}/points?q=${word}`);
    await page.getByText(`${word} 0`).first().waitFor();

    await select();
    await choose('Relay');
    await outcome.getByText('3 points relayed').waitFor();
    const relays = await until('three relays on the server', async () => {
      const all = await onList(site, list);
      return all.length === 3 ? all : null;
    });
    assert.deepEqual(relays.map((p) => p.origin_id).sort(), [...ids].sort());
    assert.ok(relays.every((p) => p.description === 'as it was'));
    await page.getByText(relays[0].number).first().waitFor();
    await outcome.getByRole('button', { name: 'Undo' }).click();
    await until('no relay on the server', async () => (await onList(site, list)).length === 0);
    await page.getByText(relays[0].number).first().waitFor({ state: 'detached' });

    await select();
    await choose('Move');
    await outcome.getByText('3 points moved').waitFor();
    await until('all moved on the server', async () =>
      (await Promise.all(ids.map((id) => server(site, id)))).every((p) => p.list_id === list),
    );
    await outcome.getByRole('button', { name: 'Undo' }).click();
    await until('all back on the server', async () =>
      (await Promise.all(ids.map((id) => server(site, id)))).every((p) => p.list_id !== list),
    );
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}

test('a point is relayed from its page, without a network too, and each names the other', async () => {
  const site = await open(desk);
  const { page } = site;
  const { word, ids, list } = await own(site, 1);
  await page.goto(`/p/${site.project}/points?point=${ids[0]}`);
  const panel = page.getByRole('complementary', { name: 'Point' });
  await panel.getByRole('heading', { name: `${word} 0` }).waitFor();
  await page.getByText('All saved').first().waitFor();
  await installed(page);
  await site.context.setOffline(true);
  await panel.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Relay to another list' }).click();
  const dialog = page.getByRole('dialog', { name: 'To another list' });
  await dialog.getByRole('combobox', { name: 'List' }).selectOption(list);
  await dialog.getByRole('button', { name: 'Relay 1 point' }).click();
  await page.getByText(`A copy is on To ${word}`).waitFor();
  const kin = panel.getByRole('region', { name: 'Connected points' });
  await kin.getByText('Relayed as').waitFor();
  await site.context.setOffline(false);
  const relay = await until('the relay on the server', async () => (await onList(site, list))[0]);
  await kin.getByRole('link', { name: relay.number }).click();
  await kin.getByText('Relay of').waitFor();
  await panel.getByText('made this point as a relay of').waitFor();
  assert.deepEqual(await axe(page), []);
  const origin = await server(site, ids[0]);
  await kin.getByRole('link', { name: origin.number }).click();
  await kin.getByText('Relayed as').waitFor();
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
