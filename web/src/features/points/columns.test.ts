import { describe, expect, it } from 'vitest';
import { chargeAfter } from './charge';
import { columnsText, moved, readColumns, template, usualColumns } from './columns';

describe('columns', () => {
  it.each([
    ['number,subject:320', 'number,subject:320'],
    ['subject:5,subject:90,x,due:99999', 'subject:60,due:900'],
    ['due:abc', 'due'],
    ['', columnsText(usualColumns)],
    [undefined, columnsText(usualColumns)],
  ])('reads %j', (text, out) => expect(columnsText(readColumns(text))).toBe(out));
  it('moves one before another, and to the end', () => {
    const all = readColumns('number,subject,due');
    expect(columnsText(moved(all, 'due', 'number'))).toBe('due,number,subject');
    expect(columnsText(moved(all, 'number', null))).toBe('subject,due,number');
    expect(moved(all, 'due', 'due')).toBe(all);
  });
  it('gives a chosen width, and a share where none is', () => expect(template(readColumns('number:80,due'))).toBe('38px 80px 102px'));
});

describe('who is in charge after a change of many', () => {
  const [a, b, c] = [
    { kind: 'person', id: 'a' },
    { kind: 'person', id: 'b' },
    { kind: 'person', id: 'c' },
  ] as const;
  it.each([
    ['replace', [a, b], [c], [c]],
    ['add', [a, b], [b, c], [a, b, c]],
    ['remove', [a, b], [b], [a]],
    ['replace', [a], [], []],
  ] as const)('%s', (mode, now, who, out) => {
    expect(chargeAfter(now, who, mode)).toEqual(out);
  });
});
