/** What the browser does with passkeys: the server's JSON in, the answer as JSON out. */

/** canPasskey tells whether this browser can, and says so in JSON. */
export function canPasskey(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Dismissed is thrown where the person closed the browser's own window: nothing went wrong. */
export class Dismissed extends Error {
  override name = 'Dismissed';
}

async function asked(credential: Promise<Credential | null>): Promise<unknown> {
  let got: Credential | null;
  try {
    got = await credential;
  } catch (e) {
    if (e instanceof DOMException && (e.name === 'NotAllowedError' || e.name === 'AbortError')) throw new Dismissed();
    throw e;
  }
  if (!got) throw new Dismissed();
  return (got as PublicKeyCredential).toJSON();
}

export function makePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  return asked(navigator.credentials.create({ publicKey }));
}

export function askPasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  return asked(navigator.credentials.get({ publicKey }));
}
