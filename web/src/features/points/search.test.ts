import { describe, expect, it } from 'vitest';
import { cleared, filterCount, filterOf, queryOf, readSearch, sortOf } from './search';

describe('the address of a list', () => {
  it('comes back as a filter and a query', () => {
    const s = readSearch({ status: 'a,b', in_charge: 'company:c', urgent: true, q: 12, due_before: '2026-12-01', sort: 'due', point: 'p' });
    expect(s).toEqual({ status: 'a,b', in_charge: 'company:c', urgent: true, q: '12', due_before: '2026-12-01', sort: 'due', point: 'p' });
    expect(filterOf(s)).toEqual({ status: ['a', 'b'], in_charge: ['company:c'], urgent: true, q: '12', due_before: '2026-12-01' });
    expect(queryOf(filterOf(s), sortOf(s)).toString()).toBe(
      'status=a%2Cb&in_charge=company%3Ac&due_before=2026-12-01&q=12&urgent=true&sort=due&order=asc',
    );
  });
  it.each([
    ['status', ''],
    ['status', 'a b'],
    ['status', ',a'],
    ['status', { $ne: 1 }],
    ['due_before', '1 Dec'],
    ['sort', 'password'],
    ['order', 'sideways'],
    ['group', 'x'],
    ['closed', 'false'],
    ['urgent', 'no'],
    ['point', '../x'],
  ])('lets a broken %s (%j) fall away', (name, value) => {
    expect(readSearch({ [name]: value })).toEqual({});
  });
  it('sorts newest first until asked otherwise', () => {
    expect(sortOf({})).toEqual({ by: 'created', order: 'desc' });
    expect(sortOf({ sort: 'due' })).toEqual({ by: 'due', order: 'asc' });
    expect(sortOf({ sort: 'due', order: 'desc' })).toEqual({ by: 'due', order: 'desc' });
  });
  it('counts and clears filters, and keeps the way it is shown', () => {
    const s = readSearch({
      status: 'a',
      urgent: true,
      due_before: '2026-12-01',
      due_after: '2026-11-01',
      q: 'x',
      group: 'status',
      sort: 'due',
    });
    expect(filterCount(s)).toBe(3);
    expect(cleared(s)).toEqual({ group: 'status', sort: 'due' });
  });
});
