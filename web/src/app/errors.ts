/** What a person reads when something did not work, by the server's stable codes. Never a code, never a stack. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Problem, Unreachable } from '@/api/client';

const texts: Record<string, MessageDescriptor> = {
  'bad-credentials': msg`The e-mail address or the password is not right.`,
  'try-later': msg`Too many tries. Wait a moment and try again.`,
  unauthenticated: msg`You are signed out. Sign in to go on; what waits here is kept.`,
  'link-lapsed': msg`This link is no longer valid. Ask for a new one.`,
  'in-use': msg`This is in use and cannot be removed.`,
  'not-found': msg`This does not exist, or is not yours to see.`,
  'project-not-found': msg`This project does not exist, or is not yours to see.`,
  'too-large': msg`The file is too large.`,
  'blob-lost': msg`The browser lost this photo before it could be sent.`,
  'too-short': msg`Use at least 15 characters, or 8 beside a second proof.`,
  common: msg`This password is too well known. Choose another.`,
  context: msg`This password contains your name, address or company. Choose another.`,
  sequence: msg`This password follows the keyboard or the alphabet. Choose another.`,
  repeated: msg`This password repeats itself. Choose another.`,
  characters: msg`Use other characters: some of these cannot be stored.`,
  nul: msg`Use other characters: some of these cannot be stored.`,
  text: msg`Use other characters: some of these cannot be stored.`,
  busy: msg`The server is busy. Try again in a moment.`,
  'not-now': msg`The server is busy. Try again in a moment.`,
  damaged: msg`The file is damaged and cannot be read.`,
  'unsupported-format': msg`This kind of file cannot be read.`,
  'heic-not-read': msg`This HEIC picture cannot be read here. Save it as a JPEG and add that; on an iPhone, Settings, Camera, Formats, Most Compatible makes every new photo one.`,
  'tiff-not-read': msg`This kind of TIFF cannot be read here. Save it as a PDF, PNG or JPEG and add that.`,
  'pdf-encrypted': msg`The file is protected by a password. Save it without one.`,
  encrypted: msg`The file is protected by a password. Save it without one.`,
  'too-many-pixels': msg`The picture has too many pixels.`,
  'too-many-pages': msg`The file has too many pages.`,
  'too-much-memory': msg`The file needs too much memory or time.`,
  'timed-out': msg`The file needs too much memory or time.`,
  'drawing-too-large': msg`The file is too large.`,
  'photo-too-large': msg`The file is too large.`,
  'file-too-large': msg`The file is too large.`,
  'not-a-zip': msg`This kind of file cannot be read.`,
  'not-bcf': msg`This kind of file cannot be read.`,
  'not-ifc': msg`This kind of file cannot be read.`,
  'bcf-damaged': msg`The file is damaged and cannot be read.`,
  'archive-damaged': msg`The file is damaged and cannot be read.`,
  'archive-too-large': msg`The file is too large.`,
  'ifc-too-large': msg`The file is too large.`,
  'too-many-places': msg`The file is too large.`,
  'too-many-rows': msg`The table has too many rows: up to 20,000 are read.`,
  'too-many-columns': msg`The table has too many columns.`,
  'empty-table': msg`The table is empty.`,
  'not-a-table': msg`This kind of file cannot be read.`,
  'column-missing': msg`The first row has no heading for the name or the subject.`,
  'too-many-points': msg`There are too many points. Filter them and try again.`,
  'too-many-pictures': msg`There are too many pictures for one PDF. Filter the points, or leave photos or plans out.`,
  'not-a-picture': msg`This is not a picture that can be read.`,
  contrast: msg`Too light to read on white.`,
  'too-many-photos': msg`This point has too many photos.`,
  'last-open-status': msg`A project keeps at least one open status, one closing status and one list.`,
  'last-closing-status': msg`A project keeps at least one open status, one closing status and one list.`,
  'parent-cycle': msg`A point cannot be part of itself.`,
  'too-deep': msg`Points cannot be nested that deep.`,
  'too-many-related': msg`A point names at most fifty others.`,
  'relay-same-list': msg`The point stands on this list already.`,
  'too-many-relays': msg`A point is relayed at most fifty times.`,
  'already-invited': msg`This address is invited already.`,
  'already-here': msg`This address belongs to somebody of the organisation.`,
  suppressed: msg`This address asked not to be written to.`,
  'too-many-invitations': msg`Too many invitations for one day.`,
  'list-not-found': msg`This list does not exist, or is not yours to see.`,
  'list-archived': msg`This list is archived and takes no new points.`,
  'last-list-administrator': msg`A list that only its participants see keeps an administrator.`,
  'other-occurrence': msg`Somebody has begun the next occurrence already.`,
  taken: msg`Another list has this code.`,
  format: msg`Use letters, digits, dot, dash and underscore; begin with a letter or digit.`,
  'last-list': msg`A project keeps at least one open status, one closing status and one list.`,
  'point-deleted': msg`The point has been deleted.`,
  'undo-lapsed': msg`It can no longer be brought back.`,
  'pin-outside-sheet': msg`The pin is outside the plan.`,
  'email-taken': msg`This address has an account already.`,
  'other-account': msg`You are signed in with another account. Sign out first.`,
  required: msg`This is needed.`,
  'too-long': msg`This is too long.`,
  invalid: msg`This is not valid.`,
  'wrong-password': msg`The current password is not right.`,
  exists: msg`This exists already.`,
  'last-administrator': msg`A project keeps at least one administrator.`,
  'last-owner': msg`An organisation keeps at least one owner.`,
  'no-status': msg`This status no longer exists.`,
  'reserved-status': msg`Only managers may set this status.`,
  'too-small': msg`This is not valid.`,
  'too-many': msg`Too many tries. Wait a moment and try again.`,
  'second-wrong': msg`This is not right. Look again, or wait for the next code.`,
  'not-linked': msg`No account knows this sign-in yet. Sign in as before, and link it under Account, Security.`,
  'not-vouched': msg`The provider did not sign you in.`,
  'email-not-verified': msg`The provider has not checked your e-mail address, so its word does not count here.`,
  'identity-taken': msg`This sign-in belongs to another account already.`,
  'provider-down': msg`The provider cannot be reached now. Sign in with your password, or try later.`,
  'step-lapsed': msg`This took too long. Begin again.`,
  'no-passkeys-here': msg`This installation has no name that a passkey could be for.`,
  'longer-password-first': msg`Your password has fewer than 15 characters, which is not enough alone. Choose a longer one first.`,
  'second-factor-first': msg`Staff prove themselves twice: add a second factor under Account, and sign in with it.`,
  'sign-in-first': msg`Sign in first, and then open the invitation again.`,
  'too-many-tokens': msg`There are twenty already. Remove one first.`,
  'too-many-factors': msg`There are twenty already. Remove one first.`,
  'confirm-first': msg`Enter your password first: what you were asked last is more than ten minutes ago.`,
  'plan-changed': msg`What is held changed meanwhile. Look at the plan again.`,
  'too-late': msg`The time to stop this is over: the data is being destroyed.`,
  'erasure-under-way': msg`An erasure is under way already. The link that you got shows it.`,
  'erasure-not-found': msg`There is no such erasure. The link may be cut off.`,
  restricted: msg`The use of this is restricted. Lift the restriction first.`,
  erasing: msg`This account is being erased. The link that you got shows it, and can stop it.`,
  'text-changed': msg`The text has changed meanwhile. Read it again, then choose.`,
  'changed-meanwhile': msg`This was changed meanwhile. Look at it again.`,
  'gate-points': msg`Points that block this activity are still open.`,
  'gate-problems': msg`A problem with this activity is still open.`,
  'activity-verified': msg`This activity was signed off meanwhile. A manager can reopen it.`,
  'activity-not-done': msg`This activity was not reported done.`,
  'activity-not-verified': msg`This activity is not signed off.`,
  'no-problem': msg`There is no open problem any more.`,
  'activity-not-found': msg`This activity does not exist, or is not yours to see.`,
  lapsed: msg`This link is no longer valid. Ask for a new one.`,
};

const byStatus: Record<number, MessageDescriptor> = {
  400: msg`The server did not understand this.`,
  401: msg`You are signed out. Sign in to go on; what waits here is kept.`,
  403: msg`You do not have the right to do this. An administrator of the project can give it.`,
  404: msg`This does not exist, or is not yours to see.`,
  409: msg`This no longer fits with what others did meanwhile.`,
  413: msg`The file is too large.`,
  415: msg`This kind of file cannot be read.`,
  422: msg`Some of this is not valid.`,
  429: msg`Too many tries. Wait a moment and try again.`,
};

/** codeText is the sentence for a stable code, or undefined for one this version does not know. */
export function codeText(code: string | undefined, i18n: I18n): string | undefined {
  const m = code ? texts[code] : undefined;
  return m && i18n._(m);
}

export function errorText(e: unknown, i18n: I18n): string {
  if (e instanceof Unreachable) return i18n._(msg`No connection to the server. Try again when you have a network.`);
  if (e instanceof Problem) {
    const m = byStatus[e.status];
    return codeText(e.code, i18n) ?? (m ? i18n._(m) : i18n._(msg`The server has a problem. Try again later.`));
  }
  return i18n._(msg`Something went wrong in the app. Reload the page; what waits to be sent is kept.`);
}

/** refusalText is the sentence for a change that the server refused. */
export function refusalText(code: string | undefined, i18n: I18n): string {
  return (
    codeText(code, i18n) ??
    i18n._(
      code?.startsWith('needs-') || code === 'denied' ? (byStatus[403] as MessageDescriptor) : msg`The server did not take this change.`,
    )
  );
}

/** fieldErrors maps a problem's fields to sentences, by path. */
export function fieldErrors(e: unknown, i18n: I18n): Record<string, string> {
  if (!(e instanceof Problem)) return {};
  return Object.fromEntries(
    e.fields.map((f) => [f.path.replace(/^(body\.|\/)/, ''), codeText(f.code, i18n) ?? i18n._(msg`This is not valid.`)]),
  );
}
