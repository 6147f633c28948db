/** Why a drawing could not be made into sheets, in words that say what to do. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

const reasons: Record<string, MessageDescriptor> = {
  encrypted: msg`The file is protected with a password. Save it without one and upload it again.`,
  damaged: msg`The file is damaged and cannot be read. Export it again from the program it was made with.`,
  unreadable: msg`The file is damaged and cannot be read. Export it again from the program it was made with.`,
  'unsupported-format': msg`This kind of file is not taken. Use PDF, PNG, JPEG, TIFF or HEIC.`,
  'unsupported-type': msg`This kind of file is not taken. Use PDF, PNG, JPEG, TIFF or HEIC.`,
  unsupported: msg`This kind of file is not taken. Use PDF, PNG, JPEG, TIFF or HEIC.`,
  'heic-not-read': msg`This HEIC picture cannot be read here. Save it as a JPEG, or as a PDF, and upload that.`,
  'tiff-not-read': msg`This kind of TIFF cannot be read here. Save it as a PDF, PNG or JPEG and upload that.`,
  'too-many-pages': msg`The file has too many pages. Split it and upload the parts.`,
  'too-many-pixels': msg`The picture is too large. Make it smaller and upload it again.`,
  'too-much-memory': msg`The drawing is too heavy to be read. Export it with fewer details, or as a picture.`,
  'took-too-long': msg`The drawing took too long to read. Export it with fewer details, or as a picture.`,
  'drawing-too-large': msg`The file is larger than 200 MB.`,
  'file-too-large': msg`The file is larger than 200 MB.`,
  'too-large': msg`The file is larger than 200 MB.`,
  'no-pages': msg`The file has no pages.`,
  crashed: msg`The file could not be read. Check that it opens on your computer, then upload it again.`,
  stopped: msg`The server could not read files just now. Upload it again later.`,
  'sandbox-unavailable': msg`The server could not read files just now. Upload it again later.`,
};

export function reasonText(code: string | undefined, i18n: I18n): string {
  const known = code ? reasons[code] : undefined;
  return i18n._(known ?? msg`The file could not be read. Check that it opens on your computer, then upload it again.`);
}
