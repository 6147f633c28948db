// An OpenID provider that tests sign in with: panva's, on loopback, over HTTPS.
// Usage: node provider.mjs PORT CERT KEY REDIRECT; it signs in whoever its own form names.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider from 'oidc-provider';

const [port, cert, key, redirect] = process.argv.slice(2);
const issuer = `https://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'plumbline',
      client_secret: 'a secret of the tests, and of nothing else',
      redirect_uris: [redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false, // e-mail in the ID token, as most providers do
  async findAccount(_, sub) {
    return { accountId: sub, claims: async () => ({ sub, email: `${sub}@provider.example`, email_verified: !sub.startsWith('unverified') }) };
  },
});
createServer({ cert: readFileSync(cert), key: readFileSync(key) }, provider.callback()).listen(Number(port), '127.0.0.1');
