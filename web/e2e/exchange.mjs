// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** What comes in and goes out in the formats of other programs, in a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, second, start, stop, until } from './site-kit.mjs';
import { zip } from './zip-kit.mjs';

before(start);
after(stop);

const topicFile = (guid, title) =>
  zip({
    'bcf.version': '<Version VersionId="2.1"/>',
    [`${guid}/markup.bcf`]:
      `<Markup><Topic Guid="${guid}"><Title>${title}</Title><CreationDate>2026-11-02T08:00:00Z</CreationDate><CreationAuthor>x</CreationAuthor></Topic>` +
      `<Comment Guid="${crypto.randomUUID()}"><Date>2026-11-03T08:00:00Z</Date><Author>x</Author><Comment>Please move it</Comment></Comment></Markup>`,
  });
const choose = async (page, button, file) => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: button }).click()]);
  await chooser.setFiles(file);
};
const visit = async (device, tab, who) => {
  const site = await open(device, who);
  await site.page.goto(`/p/${site.project}/exchange`);
  await site.page.getByRole('tab', { name: tab }).click();
  return site;
};

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`a BCF file is looked at first, taken over once, and brought up to date (${name})`, async () => {
    const site = await visit(device, 'BCF');
    const { page } = site;
    const guid = crypto.randomUUID();
    // Letters alone: digits sort as numbers, and another file's test compares by letters.
    const word = guid.slice(0, 8).replace(/\d/g, (d) => 'ghijklmnop'[Number(d)]);
    const title = `Beam ${word}`;
    const file = { name: 'issues.bcf', mimeType: 'application/octet-stream', buffer: topicFile(guid, title) };
    const review = page.getByRole('region', { name: 'What the file changes' });
    const here = async () => (await (await site.api('GET', `/projects/${site.project}/points?q=${word}`)).json()).items;
    await choose(page, 'Choose a BCF file', file);
    await review.getByText('1 is new.').waitFor();
    assert.deepEqual(await here(), []);
    assert.deepEqual(await axe(page), []);
    await review.getByRole('button', { name: 'Take over 1 row' }).click();
    await review.getByText('1 row was taken over.').waitFor();
    assert.equal((await here())[0].subject, title);
    await choose(page, 'Choose a BCF file', file);
    await review.getByText('Nothing changes.').waitFor();
    await choose(page, 'Choose a BCF file', { ...file, buffer: topicFile(guid, `${title} moved`) });
    await review.getByText('1 changes.').waitFor();
    assert.match(await review.innerText(), new RegExp(`${title} → ${title} moved`));
    // What it changes on a point that is here is taken back by one undo; what somebody changed since stays, and is said.
    const take = async () => {
      await review.getByRole('button', { name: 'Take over 1 row' }).click();
      await until('brought up to date', async () => (await here())[0].subject === `${title} moved`);
    };
    const undo = () => page.getByRole('alert').getByRole('button', { name: 'Undo' }).last().click();
    await take();
    await undo();
    await page.getByText('Taken back.').waitFor();
    assert.equal((await here())[0].subject, title);
    await choose(page, 'Choose a BCF file', { ...file, buffer: topicFile(guid, `${title} moved`) });
    await review.getByText('1 changes.').waitFor();
    await take();
    const [now] = await here();
    const patched = await site.api('PATCH', `/projects/${site.project}/points/${now.id}`, {
      base: now.version,
      subject: `${title} by hand`,
    });
    assert.ok(patched.ok());
    await undo();
    await page.getByText('1 point was changed by somebody since: what they changed stays.').waitFor();
    assert.equal((await here())[0].subject, `${title} by hand`);
    assert.deepEqual(await axe(page), []);
    await choose(page, 'Choose a BCF file', { ...file, buffer: Buffer.from('no archive') });
    await page.getByRole('alert').getByText('This kind of file cannot be read.').waitFor();
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}

test('a building model makes locations, once; a renamed one stays unless it is chosen; one undo takes them back', async () => {
  const site = await visit(desk, 'IFC');
  const { page } = site;
  const word = `zz${crypto.randomUUID().slice(0, 8)}`;
  const guid = (x) => `${word}${x}`.padEnd(22, '0');
  const model = (hall) =>
    Buffer.from(
      `ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;#1=IFCPROJECT('${guid('p')}',$,'Quay');#2=IFCSITE('${guid('s')}',$,'Site');` +
        `#3=IFCBUILDING('${guid('b')}',$,'Block ${word}');#4=IFCBUILDINGSTOREY('${guid('l')}',$,'Level 1');` +
        `#5=IFCSPACE('${guid('r')}',$,'1.01',$,$,$,$,'${hall}');#6=IFCRELAGGREGATES('x',$,$,$,#1,(#2));#7=IFCRELAGGREGATES('x',$,$,$,#2,(#3));` +
        `#8=IFCRELAGGREGATES('x',$,$,$,#3,(#4));#9=IFCRELAGGREGATES('x',$,$,$,#4,(#5));ENDSEC;END-ISO-10303-21;`,
    );
  const file = (hall) => ({ name: 'model.ifc', mimeType: 'application/octet-stream', buffer: model(hall) });
  const review = page.getByRole('region', { name: 'What the file changes' });
  const places = async () => {
    const all = (await (await site.api('GET', `/projects/${site.project}/snapshot?limit=500`)).json()).things.locations;
    const building = all.find((l) => l.name === `Block ${word}`);
    const level = building && all.find((l) => l.parent_id === building.id);
    return [building, level, level && all.find((l) => l.parent_id === level.id)]
      .filter(Boolean)
      .map((l) => `${l.kind} ${l.code} ${l.name}`);
  };
  await choose(page, 'Choose an IFC file', file('Hall'));
  await review.getByText('3 are new.').waitFor();
  assert.deepEqual(await places(), []);
  assert.deepEqual(await axe(page), []);
  await review.getByRole('button', { name: 'Take over 3 rows' }).click();
  await review.getByText('3 rows were taken over.').waitFor();
  assert.deepEqual(await places(), [`building  Block ${word}`, 'level  Level 1', 'room 1.01 Hall']);
  await choose(page, 'Choose an IFC file', file('Hall'));
  await review.getByText('Nothing changes.').waitFor();
  // The name here was perhaps given here: it changes only where it is chosen.
  await choose(page, 'Choose an IFC file', file('Lobby'));
  await review.getByText('1 changes.').waitFor();
  const renamed = review.getByRole('checkbox', { name: /Lobby/ });
  assert.equal(await renamed.isChecked(), false);
  await renamed.check();
  await review.getByRole('button', { name: 'Take over 1 row' }).click();
  await until('renamed', async () => (await places())[2] === 'room 1.01 Lobby');
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).last().click();
  await until('called as before', async () => (await places())[2] === 'room 1.01 Hall');
  await choose(page, 'Choose an IFC file', { name: 'x.ifc', mimeType: 'application/octet-stream', buffer: Buffer.from('no model') });
  await page.getByRole('alert').getByText('This kind of file cannot be read.').waitFor();
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('points leave as XLSX and come back without a change; a table makes locations, and one undo takes them back', async () => {
  const site = await visit(desk, 'Spreadsheets', second);
  const { page } = site;
  const review = page.getByRole('region', { name: 'What the file changes' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'points.xlsx');
  const buffer = readFileSync(await download.path());
  await choose(page, 'Choose a table', { name: 'points.xlsx', mimeType: 'application/octet-stream', buffer });
  await review.getByText('Nothing changes.').waitFor();
  await page.getByRole('combobox', { name: 'Table', exact: true }).selectOption('locations');
  const word = `zz${crypto.randomUUID().slice(0, 8)}`;
  await choose(page, 'Choose a table', {
    name: 'places.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`Name,Part of,Colour\n${word},,red\nLevel 1,${word},red\nLost,Nowhere at all,red\n`),
  });
  await review.getByText('2 are new.').waitFor();
  await page.getByText('Columns that are not read: Colour').waitFor();
  assert.match(await review.innerText(), /Part of: the project has nothing of this name/);
  assert.match(await review.innerText(), /row 4/);
  assert.deepEqual(await axe(page), []);
  await review.getByRole('button', { name: 'Take over 2 rows' }).click();
  await review.getByText('2 rows were taken over.').waitFor();
  const places = async () =>
    (await (await site.api('GET', `/projects/${site.project}/snapshot?limit=500`)).json()).things.locations?.filter(
      (l) => l.name === word,
    ) ?? [];
  assert.equal((await places()).length, 1);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await until('taken back', async () => (await places()).length === 0);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('a table of participants invites, after a look; one undo takes the invitation back; a point names its list', async () => {
  const site = await visit(desk, 'Spreadsheets');
  const { page } = site;
  const review = page.getByRole('region', { name: 'What the file changes' });
  const word = `zz${crypto.randomUUID().slice(0, 8)}`;
  const csv = (text) => ({ name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const org = (await (await site.api('GET', '/projects')).json()).items[0].org_id;
  const invited = async () =>
    (await (await site.api('GET', `/organisations/${org}/invitations`)).json()).items.filter((i) => i.email.startsWith(word));
  await page.getByRole('combobox', { name: 'Table', exact: true }).selectOption('participants');
  await page.getByRole('combobox', { name: 'How do you know these people?' }).selectOption('supplier');
  await page.getByRole('combobox', { name: 'Language of the mail' }).selectOption('da');
  await choose(page, 'Choose a table', csv(`Name,E-mail,Level\nBo ${word},${word}@example.com,guest\nGi,nowhere,guest\n`));
  await review.getByText('1 is new.').waitFor();
  await page.getByText('1 row sends an invitation by mail.').waitFor();
  await review.getByText('E-mail: this is no e-mail address').waitFor();
  assert.deepEqual(await invited(), []);
  assert.deepEqual(await axe(page), []);
  await review.getByRole('button', { name: 'Take over 1 row' }).click();
  await review.getByText('1 row was taken over.').waitFor();
  const [sent] = await invited();
  assert.deepEqual([sent.source, sent.locale, sent.level, sent.project_id], ['supplier', 'da', 'guest', site.project]);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await until('taken back', async () => (await invited()).length === 0);
  await page.getByRole('combobox', { name: 'Table', exact: true }).selectOption('points');
  const lists = (await (await site.api('GET', `/projects/${site.project}/snapshot?limit=500`)).json()).things.lists;
  const [first, second] = lists;
  const point = crypto.randomUUID().replace(/^(.{14})./, '$17');
  await site.api('PUT', `/projects/${site.project}/points/${point}`, { subject: `Point ${word}`, list_id: first.id });
  await choose(page, 'Choose a table', csv(`id,Subject,List\n${point},Point ${word} renamed,${second.code} ${second.name}\n`));
  await review.getByText('1 changes.').waitFor();
  assert.match(await review.innerText(), new RegExp(`List:\\s*${first.code} ${first.name} → ${second.code} ${second.name}`));
  await review.getByRole('button', { name: 'Take over 1 row' }).click();
  await review.getByText('1 row was taken over.').waitFor();
  const now = async () => (await site.api('GET', `/projects/${site.project}/points/${point}`)).json();
  assert.deepEqual([(await now()).list_id, (await now()).subject], [second.id, `Point ${word} renamed`]);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).last().click();
  await until('back', async () => (await now()).list_id === first.id && (await now()).subject === `Point ${word}`);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});

test('the address of a calendar is told once, opens, and ends', async () => {
  const site = await visit(phone, 'Calendar');
  const { page } = site;
  await page.getByRole('button', { name: 'Make an address' }).click();
  const ask = page.getByRole('dialog', { name: 'Is it you?' });
  const address = page.getByText(/\/api\/v1\/calendar\/plt_/);
  await ask.or(address).first().waitFor();
  if (await ask.isVisible()) {
    await ask.getByRole('textbox', { name: 'Your password' }).fill(process.env.PLUMBLINE_PASSWORD);
    await ask.getByRole('button', { name: 'Go on' }).click();
  }
  await address.waitFor();
  const url = (await address.innerText()).trim();
  const feed = await fetch(url);
  assert.equal(feed.status, 200);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  assert.deepEqual(await axe(page), []);
  await page.getByRole('list', { name: 'Addresses' }).getByRole('button', { name: /^End / }).first().click();
  await until('ended', async () => (await fetch(url)).status === 404);
  assert.deepEqual(site.faults, []);
  await site.context.close();
});
