import { describe, expect, it } from 'vitest';
import { LARGEST_FILE, refused, typeOf } from './upload';

describe('files before they are sent', () => {
  const cases: { name: string; file: { name: string; type: string; size: number }; want: string | undefined }[] = [
    { name: 'a PDF', file: { name: 'a.pdf', type: 'application/pdf', size: 10 }, want: undefined },
    { name: 'a PDF whose type the system does not know', file: { name: 'A.PDF', type: '', size: 10 }, want: undefined },
    { name: 'a photo', file: { name: 'a.jpeg', type: 'image/jpeg', size: 10 }, want: undefined },
    { name: 'a drawing of a CAD program', file: { name: 'a.dwg', type: 'image/vnd.dwg', size: 10 }, want: 'unsupported-format' },
    { name: 'no ending at all', file: { name: 'plan', type: '', size: 10 }, want: 'unsupported-format' },
    { name: 'too large', file: { name: 'a.pdf', type: 'application/pdf', size: LARGEST_FILE + 1 }, want: 'too-large' },
    { name: 'empty', file: { name: 'a.pdf', type: 'application/pdf', size: 0 }, want: 'damaged' },
  ];
  it.each(cases)('$name', ({ file, want }) => {
    expect(refused(file)).toBe(want);
  });
  it('keeps the type that the system gives', () => {
    expect(typeOf({ name: 'a.pdf', type: 'image/png' })).toBe('image/png');
  });
});
