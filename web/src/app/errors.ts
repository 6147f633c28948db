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
  'too-short': msg`Use at least 15 characters.`,
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
  'pdf-encrypted': msg`The file is protected by a password. Save it without one.`,
  encrypted: msg`The file is protected by a password. Save it without one.`,
  'too-many-pixels': msg`The picture has too many pixels.`,
  'too-many-pages': msg`The file has too many pages.`,
  'too-much-memory': msg`The file needs too much memory or time.`,
  'timed-out': msg`The file needs too much memory or time.`,
  'drawing-too-large': msg`The file is too large.`,
  'photo-too-large': msg`The file is too large.`,
  'file-too-large': msg`The file is too large.`,
  'too-many-points': msg`There are too many points. Filter them and try again.`,
  'too-many-photos': msg`This point has too many photos.`,
  'last-open-status': msg`A project keeps at least one open status, one closing status and one list.`,
  'last-closing-status': msg`A project keeps at least one open status, one closing status and one list.`,
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
