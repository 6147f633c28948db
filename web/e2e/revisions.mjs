// biome-ignore-all lint/performance/useDomNodeTextContent: what people see, not what is in the tree
/** A drawing is renewed: what differs is seen, and a pin stays on what it stood on. In a real browser, on real drawings where they are. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, desk, open, phone, start, stop, until } from './site-kit.mjs';

before(start);
after(stop);

const newId = () => crypto.randomUUID().replace(/^(.{14})./, '$17');
const sheets = async (site) => (await (await site.api('GET', `/projects/${site.project}/drawings`)).json()).sheets;
const older = (sheet) => sheet.revisions.find((r) => r.id !== sheet.revision.id).id;

/** How many pixels are of the two colours of a comparison. The pins lie on a canvas of their own. */
const colours = (page) =>
  page.evaluate(() => {
    const n = { added: 0, removed: 0 };
    for (const canvas of document.querySelectorAll('[data-plan] canvas:not(.plan-pins)')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 2] - data[i] > 90) n.added++;
        if (data[i] - data[i + 2] > 90) n.removed++;
      }
    }
    return n;
  });

for (const [name, device] of [
  ['desk', desk],
  ['phone', phone],
]) {
  test(`what was added and what was removed is seen, in colour and by turns (${name})`, async () => {
    const site = await open(device);
    const { page } = site;
    const sheet = (await sheets(site)).find((s) => s.revisions.length > 1);
    await page.goto(`/p/${site.project}/plans/${sheet.id}?with=${older(sheet)}`);
    const bar = page.getByRole('region', { name: 'Compare revisions' });
    await bar.getByText('added in rev').waitFor();
    await until('both colours', async () => {
      const { added, removed } = await colours(page);
      return added > 20 && removed > 20;
    });
    assert.deepEqual(await axe(page), []);
    await bar.getByText('Fade', { exact: true }).click();
    await until('no colour is needed', async () => {
      const { added, removed } = await colours(page);
      return added + removed < 20;
    });
    await bar.getByRole('button', { name: 'Stop comparing' }).click();
    await bar.waitFor({ state: 'detached' });
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}

const samples = `${process.env.PLUMBLINE_SAMPLES}/plans/drawings`;
const skip = !existsSync(samples) && 'PLUMBLINE_SAMPLES is not set';

for (const [pair, first, second, spot] of [
  // Where the pin stands, as parts of the sheet: on lines that both revisions have.
  ['an elevation', 'west-wall-rev-a_11x17.pdf', 'west-wall-rev-b_11x17.pdf', [0.235, 0.25]],
  ['a rotated sheet', 'foundation-rev-a_42x30_rot90.pdf', 'foundation-rev-b_42x30_rot90.pdf', [0.494, 0.268]],
]) {
  test(`a pin stays where it stood when ${pair} is renewed, and both can be compared`, { skip }, async () => {
    const site = await open(desk);
    const { page, api, project } = site;
    const drawings = `/projects/${project}/drawings`;
    const upload = async (file, query) => {
      const id = newId();
      const answer = await site.context.request.fetch(`/api/v1${drawings}/${id}?name=${file}&${query}`, {
        method: 'PUT',
        data: readFileSync(`${samples}/${file}`),
        headers: { 'Content-Type': 'application/pdf', Origin: new URL(page.url()).origin },
      });
      assert.ok(answer.ok(), `upload: ${answer.status()}`);
      return id;
    };
    await page.goto(`/p/${project}/plans`);
    const known = new Set((await sheets(site)).map((s) => s.id));
    const drawing = await upload(first, 'ask=false');
    const was = await until('a sheet', async () => (await sheets(site)).find((s) => !known.has(s.id)), 180_000);
    const size = was.revision.size;
    const place = { x: size.width * spot[0], y: size.height * spot[1] };
    const point = newId();
    assert.ok(
      (await api('PUT', `/projects/${project}/points/${point}`, { subject: `On ${pair}`, pin: { sheet_id: was.id, ...place } })).ok(),
    );

    /** The drawing around the pin, without the pin. */
    const around = async () => {
      await page.goto(`/p/${project}/plans/${was.id}?look=${Math.round(place.x)},${Math.round(place.y)},1.5`);
      await page.locator('[data-plan]').waitFor();
      let last = '';
      return until('the drawing at rest', async () => {
        await page.waitForTimeout(400);
        const now = await page.evaluate(() => {
          const half = 90;
          const out = new Array((2 * half) ** 2).fill(255);
          for (const canvas of document.querySelectorAll('[data-plan] canvas:not(.plan-pins)')) {
            const [x, y] = [Math.round(canvas.width / 2) - half, Math.round(canvas.height / 2) - half];
            const { data } = canvas.getContext('2d').getImageData(x, y, 2 * half, 2 * half);
            for (let i = 0; i < out.length; i++) if (data[4 * i + 3] > 128) out[i] = data[4 * i];
          }
          return out;
        });
        const text = now.join();
        const settled = text === last && now.some((v) => v < 128);
        last = text;
        return settled ? now : null;
      });
    };
    const before = await around();

    const renewed = await upload(second, `sheet=${was.id}`);
    const pages = await until(
      'its page waits',
      async () => {
        const answer = await api('GET', `${drawings}/${renewed}/pages`);
        const items = answer.ok() ? (await answer.json()).items : [];
        return items.length > 0 ? items : null;
      },
      180_000,
    );
    assert.equal(pages[0].sheet_id, was.id, 'the title block says which sheet it renews');
    const answer = await api('POST', `${drawings}/${renewed}/place`, {
      pages: [{ page: 1, as: 'revision', sheet_id: was.id, code: '' }],
    });
    assert.ok(answer.ok(), `place: ${answer.status()}`);
    const now = await until(
      'it is laid on the sheet',
      async () => (await sheets(site)).find((s) => s.id === was.id && s.revisions.length > 1),
      180_000,
    );
    assert.equal(now.revision.alignment, 'auto');

    const later = await around();
    const off = (dx, dy) => {
      let sum = 0;
      for (let y = 10; y < 170; y++) for (let x = 10; x < 170; x++) sum += Math.abs(before[y * 180 + x] - later[(y + dy) * 180 + x + dx]);
      return sum;
    };
    let best = { sum: Number.POSITIVE_INFINITY, dx: 0, dy: 0 };
    for (let dx = -8; dx <= 8; dx++)
      for (let dy = -8; dy <= 8; dy++) {
        const sum = off(dx, dy);
        if (sum < best.sum) best = { sum, dx, dy };
      }
    assert.ok(Math.abs(best.dx) <= 1 && Math.abs(best.dy) <= 1, `the drawing under the pin moved by ${best.dx}, ${best.dy} pixels`);

    await page.goto(`/p/${project}/plans/${was.id}?with=${older(now)}`);
    await until('both colours', async () => {
      const { added, removed } = await colours(page);
      return added > 20 && removed > 20;
    });
    // As it was found, for who comes after.
    await api('DELETE', `/projects/${project}/points/${point}`);
    for (const id of [renewed, drawing]) await api('DELETE', `${drawings}/${id}`);
    assert.deepEqual(site.faults, []);
    await site.context.close();
  });
}
