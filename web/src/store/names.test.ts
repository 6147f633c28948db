import { setupI18n } from '@lingui/core';
import { expect, test } from 'vitest';
import type { Person } from '@/api/types';
import { namer, personName } from './names';

const i18n = setupI18n({ locale: 'en', messages: { en: {} } });
const person = (id: string, more: Partial<Person>): Person => ({
  id,
  name: 'Jonas Weber',
  initials: 'JW',
  company_id: null,
  function: '',
  level: 'contributor',
  role_ids: [],
  has_account: true,
  former: false,
  you: false,
  ...more,
});

test('who is set aside or gone has no name anywhere', () => {
  const people = [
    person('a', {}),
    person('b', { limited: true, name: '' }),
    person('c', { former: true, label: '7F3A', name: '' }),
    person('d', { former: true, name: '' }),
  ];
  const name = namer(people, [], [], i18n);
  expect(people.map((p) => name(p.id))).toEqual(['Jonas Weber', 'Participant, not shown', 'Former participant 7F3A', 'Former participant']);
  // Even if a device still holds the old name.
  expect(personName(person('e', { limited: true }), i18n)).not.toContain('Weber');
  expect(personName(person('f', { former: true }), i18n)).not.toContain('Weber');
});

test('before the people are loaded nobody is called unknown', () => {
  expect(namer([], [], [], i18n)('a')).toBe('…');
  expect(namer([person('a', {})], [], [], i18n)({ kind: 'company', id: 'b' })).toBe('Unknown');
});
