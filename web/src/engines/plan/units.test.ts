import { describe, expect, it } from 'vitest';
import { feetText, readLength, squareFeet, type Units } from './units';

const FOOT = 0.3048;

describe('feet and inches', () => {
  it('are written as drawings do', () => {
    const of: [number, string][] = [
      [12.5 * FOOT, '12′-6″'],
      [FOOT, '1′-0″'],
      [FOOT / 12 / 2, '0′-0 1/2″'],
      [(7 + 3.625 / 12) * FOOT, '7′-3 5/8″'],
      [(7 + 3.75 / 12) * FOOT, '7′-3 3/4″'],
      [(7 + 11.99 / 12) * FOOT, '8′-0″'],
      [(99 + 11.97 / 12) * FOOT, '100′-0″'],
      [123.456 * FOOT, '123′-5″'],
    ];
    for (const [metres, text] of of) expect(feetText(metres)).toBe(text);
  });

  it('measure areas', () => {
    expect(squareFeet(100 * FOOT * FOOT)).toBeCloseTo(100, 9);
  });
});

describe('a length is read', () => {
  const read: [string, Units, number | null][] = [
    ['12', 'metric', 12],
    ['3,5', 'metric', 3.5],
    ['3.5 m', 'imperial', 3.5],
    ['350 cm', 'metric', 3.5],
    ['4200mm', 'imperial', 4.2],
    ['12', 'imperial', 12 * FOOT],
    ['12.5', 'imperial', 12.5 * FOOT],
    ["12'", 'metric', 12 * FOOT],
    ['12\'-6"', 'imperial', 12.5 * FOOT],
    ['12′-6″', 'imperial', 12.5 * FOOT],
    ['12\' 6 1/2"', 'imperial', (12 + 6.5 / 12) * FOOT],
    ['12’-6½”', 'imperial', (12 + 6.5 / 12) * FOOT],
    ["12' 6", 'imperial', 12.5 * FOOT],
    ['12 ft 6 in', 'imperial', 12.5 * FOOT],
    ['12 ft. 6 in.', 'imperial', 12.5 * FOOT],
    ['0\'-9"', 'imperial', 0.75 * FOOT],
    ['30"', 'imperial', 2.5 * FOOT],
    ["30''", 'imperial', 2.5 * FOOT],
    ['3/4"', 'imperial', FOOT / 16],
    ['6-1/2"', 'imperial', (6.5 / 12) * FOOT],
    ['', 'metric', null],
    ['0', 'metric', null],
    ['-3', 'metric', null],
    ['twelve', 'imperial', null],
    ['12\'-13"', 'imperial', null],
    ['12.5\'-6"', 'imperial', null],
    ['1/0"', 'imperial', null],
    ['12 yd', 'imperial', null],
    ['1e9', 'metric', null],
    ["12''6", 'imperial', null],
  ];
  it.each(read)('%s (%s)', (text, units, metres) => {
    const got = readLength(text, units);
    if (metres === null) expect(got).toBeNull();
    else expect(got).toBeCloseTo(metres, 9);
  });

  it('back from what was written, whatever the length', () => {
    for (let eighths = 1; eighths < 12 * 8 * 100; eighths += 7) {
      const metres = (eighths / 8 / 12) * FOOT;
      expect(readLength(feetText(metres), 'metric')).toBeCloseTo(metres, 9);
    }
  });

  it('or refused, whatever is written', () => {
    const letters = ['1', '2', '0', '.', ',', "'", '"', '/', '-', ' ', 'ft', 'in', 'm', '½', '′', 'x'];
    let seed = 7;
    const next = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 1 + next(9) }, () => letters[next(letters.length)]).join('');
      for (const units of ['metric', 'imperial'] as const) {
        const got = readLength(text, units);
        expect(got === null || (Number.isFinite(got) && got > 0), text).toBe(true);
      }
    }
  });
});
