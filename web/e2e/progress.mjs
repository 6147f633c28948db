/** What a site reports of its activities: from a phone without a network, held up by a point, signed off when nothing stands in the way. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { anna, api, axe, desk, device, installed, phone, photo, pieter, signIn, start, stop, until } from './app-kit.mjs';

before(start);
after(stop);

/** An id as clients make them. */
function newId() {
  const b = randomBytes(16);
  b.writeUIntBE(Date.now(), 0, 6);
  b[6] = 0x70 | (b[6] & 0xf);
  b[8] = 0x80 | (b[8] & 0x3f);
  const h = b.toString('hex');
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join('-');
}

const json = (method, body) => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  ...(body && { body: JSON.stringify(body) }),
});

async function first(page) {
  const { body } = await api(page, '/projects');
  return body.items[0].id;
}

/** A programme of its own, that begins today, with one activity of ten days. */
async function planned(page, project, name) {
  const programme = newId();
  const activity = newId();
  const today = Math.floor((Date.now() - Date.UTC(2000, 0, 1)) / 86_400_000) * 1440;
  const made = await api(page, `/projects/${project}/programmes/${programme}`, json('PUT', { name, start: today + 480 }));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const edits = [{ do: 'add', activity, name, duration: 4800, kind: 0 }];
  const edited = await api(page, `/projects/${project}/programmes/${programme}/edits`, json('POST', { edits }));
  assert.equal(edited.status, 200, JSON.stringify(edited.body));
  return { programme, activity };
}

const read = async (page, project, activity) => (await api(page, `/projects/${project}/activities/${activity}`)).body;

test('progress reported on a phone without a network is seen on a desk when there is one', async () => {
  const office = await device(desk);
  await signIn(office.page, anna);
  const project = await first(office.page);
  const name = `Masonry ${Date.now()}`;
  const { programme, activity } = await planned(office.page, project, name);

  const d = await device(phone);
  await signIn(d.page, pieter);
  await d.page.goto(`/p/${project}/activities?all=true`);
  await installed(d.page);
  await d.page.getByRole('link', { name: new RegExp(name) }).waitFor();
  await d.context.setOffline(true);
  await d.page.getByRole('link', { name: new RegExp(name) }).click();
  await d.page.getByRole('button', { name: '50 %' }).click();
  const panel = d.page.getByRole('article', { name });
  await panel.getByText('Waiting to be sent').waitFor();
  await panel.getByText('In progress').waitFor();
  // A problem with a photo waits as well.
  await panel.getByRole('button', { name: 'Report a problem' }).click();
  await d.page.getByRole('button', { name: 'Weather' }).click();
  await d.page.locator('input[type=file]').setInputFiles(await photo(d.page));
  const send = d.page.getByRole('button', { name: 'Report the problem' });
  await until('the photo is ready', () => send.isEnabled());
  await send.click();
  await panel.getByText('Warning').waitFor();
  // It is on the device, not in the page.
  await d.page.reload();
  await panel.getByText('Waiting to be sent').waitFor();
  assert.equal((await read(office.page, project, activity)).percent, 0);

  await office.page.goto(`/p/${project}/activities?all=true&activity=${activity}`);
  await office.page.getByRole('article', { name }).getByText('Not started').waitFor();
  await d.context.setOffline(false);
  const shown = office.page.getByRole('article', { name });
  await shown.getByText('Progress 50 %').waitFor({ timeout: 60_000 });
  await shown.getByText('Warning').waitFor();
  await until('the photo', async () => (await read(office.page, project, activity)).reports.at(-1)?.photos.length === 1, 60_000);
  await panel.getByText('Waiting to be sent').waitFor({ state: 'detached', timeout: 60_000 });
  await panel.getByRole('button', { name: 'Problem solved' }).click();
  await shown.getByText('In progress').waitFor({ timeout: 60_000 });
  assert.deepEqual([d.faults, d.strange, office.faults, office.strange], [[], [], [], []]);
  await api(office.page, `/projects/${project}/programmes/${programme}`, json('DELETE'));
  await d.context.close();
  await office.context.close();
});

test('a point that blocks makes a warning and stands in the way of signing off; closing it releases the activity', async () => {
  const office = await device(desk);
  const { page } = office;
  await signIn(page, anna);
  const project = await first(page);
  const name = `Roofing ${Date.now()}`;
  const { programme, activity } = await planned(page, project, name);
  const point = newId();
  const subject = `Scaffold missing ${Date.now()}`;
  const made = await api(page, `/projects/${project}/points/${point}`, json('PUT', { subject }));
  assert.equal(made.status, 201, JSON.stringify(made.body));

  // From the point's own page.
  await page.goto(`/p/${project}/points?point=${point}`);
  await page.getByRole('button', { name: 'Blocks an activity…' }).click();
  await page.getByRole('combobox', { name: 'Activity that it blocks' }).fill(name);
  await page.getByRole('option', { name: new RegExp(name) }).click();
  const blocks = page.getByRole('region', { name: 'Activities that it blocks' });
  await blocks.getByText('Warning').waitFor();
  await blocks.getByRole('link', { name }).click();

  const panel = page.getByRole('article', { name });
  await panel.getByText('Warning').waitFor();
  await panel.getByRole('button', { name: /^Done/ }).click();
  await panel.getByRole('button', { name: 'Sign off' }).click();
  const gates = panel.getByRole('alert');
  await gates.getByRole('link', { name: new RegExp(subject) }).waitFor();
  await until('the report is sent', async () => (await read(page, project, activity)).percent === 100, 60_000);
  const refused = await api(page, `/projects/${project}/activities/${activity}/reports/${newId()}`, json('PUT', { kind: 'sign-off' }));
  assert.deepEqual([refused.status, refused.body.code], [409, 'gate-points']);
  assert.equal((await read(page, project, activity)).state, 2);

  const { body } = await api(page, `/projects/${project}/points/${point}`);
  const statuses = (await api(page, `/projects/${project}/snapshot`)).body.things.statuses;
  const closing = statuses.find((x) => x.closes);
  const closed = await api(
    page,
    `/projects/${project}/points/${point}`,
    json('PATCH', { base: (body.point ?? body).version, status_id: closing.id }),
  );
  assert.equal(closed.status, 200, JSON.stringify(closed.body));
  await panel.getByText('Awaiting sign-off').waitFor({ timeout: 60_000 });
  await panel.getByRole('button', { name: 'Sign off' }).click();
  await panel.getByText('Verified').waitFor();
  await until('it is signed off', async () => (await read(page, project, activity)).state === 4, 60_000);
  assert.deepEqual([office.faults, office.strange], [[], []]);
  await api(page, `/projects/${project}/programmes/${programme}`, json('DELETE'));
  await office.context.close();
});

for (const [size, options] of [
  ['phone', phone],
  ['desk', desk],
])
  for (const colorScheme of ['light', 'dark'])
    test(`activities can be used by everybody: ${size}, ${colorScheme}`, async () => {
      const d = await device({ ...options, colorScheme });
      await signIn(d.page, anna);
      const project = await first(d.page);
      await d.page.goto(`/p/${project}/activities?all=true`);
      await d.page
        .getByRole('heading', { name: /Needs attention|Now|Next two weeks|To sign off/ })
        .first()
        .waitFor();
      assert.deepEqual(await axe(d.page), [], 'the list');
      const name = `Paving ${Date.now()}`;
      const { programme, activity } = await planned(d.page, project, name);
      await d.page.goto(`/p/${project}/activities?all=true&activity=${activity}`);
      const panel = d.page.getByRole('article', { name });
      await panel.getByRole('button', { name: 'Another figure' }).click();
      assert.deepEqual(await axe(d.page), [], 'one activity');
      await panel.getByRole('button', { name: 'Report a problem' }).click();
      await d.page.getByRole('button', { name: 'Report the problem' }).waitFor();
      assert.deepEqual(await axe(d.page), [], 'a problem');
      await api(d.page, `/projects/${project}/programmes/${programme}`, json('DELETE'));
      await d.context.close();
    });
