/**
 * Second factors in a browser with an authenticator of its own (a virtual one, as Chromium's developer tools have it): a passkey alone and
 * beside the password, codes from an app, recovery codes that work once, and that what matters most asks again who it is.
 *   PLUMBLINE_E2E_DATABASE   the demo's SQLite file, to make a session older than ten minutes; without it that test is skipped
 * A passkey is for a name: PLUMBLINE_URL is http://localhost:PORT.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { anna, api, axe, desk, device, phone, signIn, start, stop, target } from './app-kit.mjs';

before(start);
after(stop);

const shots = process.env.PLUMBLINE_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const sofie = { email: `sofie@${anna.email.split('@')[1]}`, password: anna.password };
const named = target.hostname === 'localhost' ? false : 'passkeys need a name: PLUMBLINE_URL=http://localhost:PORT';

let d;
let recovery = [];
let secret = '';

/** A device with an authenticator built in that recognises its owner. */
async function withAuthenticator(options) {
  const made = await device(options);
  const cdp = await made.context.newCDPSession(made.page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { ...made, keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials };
}

const button = (name) => d.page.getByRole('button', { name, exact: true });
const dialog = (title) => d.page.getByRole('dialog', { name: title });

async function leave() {
  await d.page.goto('/account');
  await button('Sign out').click();
  await d.page.waitForURL(/\/signin/);
}

/** The password, which is right; what is asked then stands on the page. */
async function password() {
  await d.page.goto('/signin');
  await d.page.getByLabel('E-mail').fill(sofie.email);
  await d.page.getByLabel('Password', { exact: true }).fill(sofie.password);
  await button('Sign in').click();
}

async function isIn() {
  await d.page.waitForURL((u) => !u.pathname.startsWith('/signin'));
  const { status, body } = await api(d.page, '/session');
  assert.equal(status, 200);
  assert.equal(body.account.email, sofie.email);
}

async function security() {
  await d.page.goto('/account/security');
  await d.page.getByRole('heading', { name: 'A second proof' }).waitFor();
}

async function keepCodes() {
  const shown = dialog('Recovery codes');
  recovery = (await shown.locator('pre').textContent()).trim().split('\n');
  assert.ok(recovery.length >= 8, `${recovery.length} recovery codes`);
  await look('recovery');
  await shown.getByRole('button', { name: 'I have kept them' }).click();
  await shown.waitFor({ state: 'hidden' });
}

async function look(name) {
  assert.deepEqual(await axe(d.page), [], name);
  if (!shots) return;
  for (const [size, { viewport }] of Object.entries({ desk, phone }))
    for (const colorScheme of ['light', 'dark']) {
      await d.page.setViewportSize(viewport);
      await d.page.emulateMedia({ colorScheme });
      await d.page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))));
      await d.page.screenshot({ path: `${shots}/factors-${name}-${size}-${colorScheme}.png` });
    }
  await d.page.setViewportSize(desk.viewport);
  await d.page.emulateMedia({ colorScheme: 'light' });
}

/** A code that was not used yet: those of the half minutes beside this one count too, so that three are there without waiting. */
let spent = 0;
function code() {
  const now = Math.floor(Date.now() / 30_000);
  spent = Math.max(spent + 1, now - 1);
  const bits = [...secret.replace(/\s/g, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(spent));
  const mac = createHmac('sha1', key).update(count).digest();
  const value = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, '0');
}

test('a passkey is made, and then lets in alone, and beside the password', { skip: named }, async () => {
  d = await withAuthenticator(desk);
  await signIn(d.page, sofie);
  await security();
  await look('security');
  await button('Add a passkey').click();
  await dialog('Add a passkey').getByLabel('Name').fill('This laptop');
  await button('Make the passkey').click();
  await keepCodes();
  await d.page.getByRole('listitem').filter({ hasText: 'This laptop' }).waitFor();
  const [key, ...more] = await d.keys();
  assert.equal(more.length, 0);
  assert.deepEqual([key.rpId, key.isResidentCredential], ['localhost', true]);

  await leave();
  await look('sign-in');
  await button('Sign in with a passkey').click();
  await isIn();

  await leave();
  await password();
  await look('second');
  await button('Use a passkey').click();
  await isIn();
});

test('a recovery code lets in once', { skip: named }, async () => {
  const [one, other] = recovery;
  await leave();
  for (const { given, right } of [
    { given: one, right: true },
    { given: one, right: false },
    { given: other, right: true },
  ]) {
    await password();
    await button('Use a recovery code').click();
    await d.page.getByLabel('Recovery code').fill(given);
    await button('Sign in').click();
    if (right) {
      await isIn();
      if (given === one) await leave();
      continue;
    }
    await d.page.getByRole('alert').waitFor();
    assert.equal((await api(d.page, '/session')).status, 401, 'a spent code let somebody in');
    await look('refused');
  }
  await security();
  await d.page.getByText(`${recovery.length - 2} are left`).waitFor();
});

test('codes from an app are set up, and let in beside the password', { skip: named }, async () => {
  await security();
  await button('Add codes from an app').click();
  const setup = dialog('Codes from an app');
  secret = await setup.locator('pre').textContent();
  await look('codes');
  await setup.getByLabel('Name').fill('Phone');
  await setup.getByRole('textbox', { name: 'Code' }).fill(code());
  await setup.getByRole('button', { name: 'Turn it on' }).click();
  await d.page.getByRole('listitem').filter({ hasText: 'Codes from an app' }).waitFor();
  await leave();
  await password();
  await d.page.getByRole('textbox', { name: 'Code' }).fill(code());
  await look('second-code');
  await button('Sign in').click();
  await isIn();
});

test('removing a factor asks again who it is, with a passkey or a code', {
  skip: named || !process.env.PLUMBLINE_E2E_DATABASE,
}, async () => {
  await security();
  const listed = (name) => d.page.getByRole('listitem').filter({ hasText: name });
  const again = dialog('Is it you?');

  await older();
  await button('Remove Phone').click();
  await again.waitFor();
  await again.getByRole('button', { name: 'Use the code' }).waitFor();
  await again.getByLabel('Your password').waitFor();
  await look('again');
  await again.getByRole('button', { name: 'Cancel' }).click();
  await again.waitFor({ state: 'hidden' });
  assert.equal(await listed('Phone').count(), 1, 'it was removed without a proof');

  await button('Remove Phone').click();
  await again.getByLabel('Or a code from your app').fill(code());
  await again.getByRole('button', { name: 'Use the code' }).click();
  await listed('Phone').waitFor({ state: 'detached' });

  await older();
  await button('Remove This laptop').click();
  await again.getByRole('button', { name: 'Use a passkey instead' }).click();
  await listed('This laptop').waitFor({ state: 'detached' });
  await leave();
  await password();
  await isIn(); // nothing more is asked
});

test('nothing broke on these pages, and nobody else was asked', { skip: named }, async () => {
  assert.deepEqual([d.faults, d.strange], [[], []]);
});

/** The account's sessions proved themselves eleven minutes earlier than they did. */
async function older() {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(process.env.PLUMBLINE_E2E_DATABASE, { timeout: 10_000 });
  const { body } = await api(d.page, '/session');
  const { changes } = db.prepare('update session set confirmed_at = confirmed_at - 660000000 where account_id = ?').run(body.account.id);
  db.close();
  assert.ok(changes > 0, 'there is no session');
}
