import { expect, test } from 'vitest';
import { parts } from './label';

test.each([
  ['Account: name', 'Account', 'name'],
  ['Compte : nom', 'Compte', 'nom'],
  ['Photos taken', '', 'Photos taken'],
  ['Log: when: it happened', 'Log', 'when: it happened'],
])('%s', (label, thing, field) => {
  expect(parts(label)).toEqual([thing, field]);
});
