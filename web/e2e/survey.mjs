// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** Rooms, the scale, measuring and links on a plan, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

test('a sheet gets its scale, is measured, gets a room that a pin lies in without a network, and a link', async () => {
  const site = await open(desk);
  const { page, context } = site;
  const { sheets } = await (await site.api('GET', `/projects/${site.project}/drawings`)).json();
  const [sheet, other] = sheets;
  const marks = async () => {
    const all = await (await site.api('GET', `/projects/${site.project}/drawings`)).json();
    return all.sheets.find((x) => x.id === sheet.id).marks;
  };
  for (const m of await marks()) await site.api('DELETE', `/projects/${site.project}/sheets/${sheet.id}/marks/${m.id}`);
  await page.goto(`/p/${site.project}/plans/${sheet.id}`);
  const plan = page.getByRole('application');
  await plan.waitFor();
  const box = await plan.boundingBox();
  const tap = (x, y) => page.mouse.click(box.x + box.width * x, box.y + box.height * y);
  const choose = async (name) => {
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  /** A tap counts once it is drawn. */
  const vertices = async (places) => {
    for (const [i, [x, y]] of places.entries()) {
      await tap(x, y);
      await until(`${i + 1} places`, async () => (await page.locator('[data-over] path[d$="h0"]').count()) === i + 1);
    }
  };

  await choose('Set the scale');
  await vertices([
    [0.4, 0.4],
    [0.6, 0.4],
  ]);
  await page.getByRole('textbox', { name: 'Distance in metres' }).fill('10');
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until('the scale is on the server', async () => (await marks()).some((m) => m.kind === 'scale' && m.metres === 10));

  await choose('Measure a length');
  await vertices([
    [0.4, 0.5],
    [0.5, 0.5],
  ]);
  const length = Number.parseFloat(await page.locator('[data-result]').innerText());
  assert.ok(Math.abs(length - 5) < 0.05, `half of ten metres is ${length}`);
  await page.getByRole('button', { name: 'Done', exact: true }).click();

  // In feet and inches, which this browser remembers.
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.getByRole('menuitem', { name: 'In feet and inches' }).click();
  await page.getByRole('menuitem', { name: 'In metres' }).waitFor();
  await page.keyboard.press('Escape');
  await page.reload();
  await plan.waitFor();
  await choose('Measure an area');
  await vertices([
    [0.4, 0.5],
    [0.5, 0.5],
    [0.5, 0.6],
  ]);
  assert.match(await page.locator('[data-result]').innerText(), /^[\d.,]+ ft²/);
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await choose('Measure a length');
  await vertices([
    [0.4, 0.5],
    [0.5, 0.5],
  ]);
  assert.match(await page.locator('[data-result]').innerText(), /^16′-[3-7]( \d\/\d)?″$/, 'five metres');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await choose('Set the scale');
  await vertices([
    [0.4, 0.4],
    [0.6, 0.4],
  ]);
  const distance = page.getByRole('textbox', { name: 'Distance in feet and inches' });
  await distance.fill('12 and a bit');
  await page.getByText('Such as 12′-6 1/2″').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await distance.fill("30'-6");
  await page.getByText('= 30′-6″').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until('the scale is on the server in metres', async () =>
    (await marks()).some((m) => m.kind === 'scale' && Math.abs(m.metres - 30.5 * 0.3048) < 1e-9),
  );
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.getByRole('menuitem', { name: 'In metres' }).click();
  await page.keyboard.press('Escape');

  await context.setOffline(true);
  await choose('Draw a room');
  await vertices([
    [0.4, 0.4],
    [0.6, 0.4],
    [0.6, 0.6],
    [0.4, 0.6],
  ]);
  await page.getByRole('combobox', { name: 'Location of the room' }).click();
  const option = page.getByRole('option', { name: /Lobby/ });
  const place = (await option.innerText()).trim();
  await option.click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('[data-mark="room"]').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.55, { button: 'right' });
  await page.getByRole('heading', { name: 'New point' }).waitFor();
  await until('the room gives the place', async () => {
    const value = await page.getByRole('combobox', { name: /Where|Place|Location/ }).inputValue();
    return value && place.includes(value.split(' › ').at(-1).trim());
  });
  await context.setOffline(false);
  await until('the room is on the server', async () => (await marks()).some((m) => m.kind === 'room'));

  // The room is changed: its nearest corner moves to where it is tapped.
  await page.goto(`/p/${site.project}/plans/${sheet.id}`);
  await page.locator('[data-mark="room"]').waitFor();
  const was = (await marks()).find((m) => m.kind === 'room');
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Change the room/ }).click();
  await until('its corners can be tapped', async () => (await page.locator('[data-over] path[d$="h0"]').count()) === 4);
  const draft = () => page.locator('[data-draft]').getAttribute('d');
  const before = await draft();
  await tap(0.62, 0.62);
  await until('a corner moved', async () => (await draft()) !== before);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until('one corner is another on the server', async () => {
    const now = (await marks()).find((m) => m.id === was.id);
    return now && now.at.filter((v, i) => Math.abs(v - was.at[i]) > 1e-6).length === 2;
  });

  await site.api(
    'PUT',
    `/projects/${site.project}/sheets/${sheet.id}/marks/${(await marks())[0].id.replace(/.$/, (c) => (c === '0' ? '1' : '0'))}`,
    {
      kind: 'link',
      at: [0, 0, sheet.frame.width / 10, sheet.frame.height / 10],
      target_id: other.id,
    },
  );
  await page.goto(`/p/${site.project}/plans/${sheet.id}`);
  await page.locator('[data-mark="link"]').waitFor();
  const link = await page.locator('[data-mark="link"]').boundingBox();
  await page.mouse.click(link.x + link.width / 2, link.y + link.height / 2);
  await page.waitForURL(new RegExp(other.id));
  for (const m of await marks()) await site.api('DELETE', `/projects/${site.project}/sheets/${sheet.id}/marks/${m.id}`);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('the scale that the title block names is proposed, and is laid once somebody takes it', async () => {
  const site = await open(phone);
  const { page, context } = site;
  const { sheets } = await (await site.api('GET', `/projects/${site.project}/drawings`)).json();
  const [sheet] = sheets;
  const marks = async () => {
    const all = await (await site.api('GET', `/projects/${site.project}/drawings`)).json();
    return all.sheets.find((x) => x.id === sheet.id).marks;
  };
  for (const m of await marks()) await site.api('DELETE', `/projects/${site.project}/sheets/${sheet.id}/marks/${m.id}`);
  await page.goto(`/p/${site.project}/plans/${sheet.id}`);
  await page.getByRole('application').waitFor();
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Set the scale', exact: true }).click();
  await page.getByText('The sheet reads “1:100 (A1)”.').waitFor();
  await page.getByText('This page is A1, as it says.').waitFor();
  assert.deepEqual(await axe(page), []);
  if (process.env.PLUMBLINE_SHOTS) await page.screenshot({ path: `${process.env.PLUMBLINE_SHOTS}/scale.png` });
  assert.deepEqual(await marks(), [], 'nothing is laid before somebody says so');
  await page.getByRole('button', { name: 'Take this scale' }).click();
  await until('the scale is on the server', async () => (await marks()).some((m) => m.kind === 'scale'));
  const [scale] = await marks();
  // A1 is 841 mm wide: at 1:100 half of it is 42.05 m.
  assert.ok(Math.abs(scale.metres - 42.05) < 0.3, `half the sheet is ${scale.metres} m`);
  await context.close();
});
