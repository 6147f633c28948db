import { describe, expect, test } from 'vitest';
import {
  civilOf,
  day,
  fitted,
  floorTo,
  fromCivil,
  levelOf,
  narrowest,
  nextOf,
  nowIn,
  ticks,
  timeAt,
  type Unit,
  Words,
  weekOf,
  widest,
  xOf,
  zoomed,
} from './time';

const words = (locale: string) => new Words(locale, 'wk');

describe('programme time', () => {
  test('is minutes since 2000, and civil dates come back', () => {
    expect(fromCivil('2000-01-02')).toBe(day);
    for (const d of ['1999-12-31', '2000-02-29', '2031-01-06', '2100-03-01']) expect(civilOf(fromCivil(d))).toBe(d);
    expect(civilOf(Number.NaN)).toBe('');
  });

  test('weeks are those of ISO 8601, over new year too', () => {
    expect([weekOf(fromCivil('2026-12-31')), weekOf(fromCivil('2027-01-03')), weekOf(fromCivil('2027-01-04'))]).toEqual([53, 53, 1]);
  });

  test('the present of a zone is its clock, in summer too', () => {
    const at = new Date('2031-07-01T22:30:00Z');
    expect(nowIn('Europe/Brussels', at) - nowIn('UTC', at)).toBe(120);
    expect(civilOf(nowIn('Europe/Brussels', at))).toBe('2031-07-02');
  });
});

describe('zoom', () => {
  test('keeps what is under the pointer, and has two ends', () => {
    const s = { from: fromCivil('2031-01-06'), scale: 0.1 };
    const at = timeAt(s, 300);
    const z = zoomed(s, 3, 300);
    expect(xOf(z, at)).toBeCloseTo(300, 6);
    expect(zoomed(s, 1e9, 0).scale).toBe(widest);
    expect(zoomed(s, 1e-9, 0).scale).toBe(narrowest);
  });

  test('the whole fits its width', () => {
    const [a, b] = [fromCivil('2031-01-06'), fromCivil('2033-01-06')];
    const s = fitted(a, b, 800);
    expect(xOf(s, a)).toBeGreaterThan(0);
    expect(xOf(s, b)).toBeLessThan(800);
  });

  test('rows of ticks go from hours to years, none too narrow for its words', () => {
    expect(levelOf(widest).lower).toBe('hour');
    expect(levelOf(narrowest).lower).toBe('year');
    for (let scale = widest; scale > narrowest; scale /= 1.3) {
      const { lower } = levelOf(scale);
      const t = fromCivil('2031-03-15');
      if (lower !== 'year') expect((nextOf(lower, t) - floorTo(lower, t)) * scale).toBeGreaterThanOrEqual(20);
    }
  });

  test('ticks meet each other and cover what is asked', () => {
    const from = fromCivil('2030-11-20') + 700;
    for (const unit of ['hour', 'quarter-day', 'day', 'week', 'month', 'quarter', 'year', 'five-years'] as Unit[]) {
      const list = ticks(unit, from, from + 5 * day, words('en'));
      expect(list[0]?.at).toBeLessThanOrEqual(from);
      expect(list.at(-1)?.end).toBeGreaterThanOrEqual(from + 5 * day);
      for (let i = 1; i < list.length; i++) expect(list[i]?.at).toBe(list[i - 1]?.end);
    }
  });

  test('speak the reader’s language', () => {
    const t = fromCivil('2031-03-03');
    expect(words('nl').heading('month', t)).toBe('maart 2031');
    expect(words('fr').heading('month', t)).toBe('mars 2031');
    expect(words('de').label('month', t)).toMatch(/^Mär/);
    expect(words('en').label('week', t)).toBe('wk 10');
    expect(words('en').date(Number.NaN)).toBe('–');
  });
});
