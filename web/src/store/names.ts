import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Company, Id, InCharge, Person, Role } from '@/api/types';

/** A person's id, or what is in charge, to the name that people know. */
export type Namer = (ref: Id | InCharge | null | undefined) => string;

export function namer(people: readonly Person[], companies: readonly Company[], roles: readonly Role[], i18n: I18n): Namer {
  const names = {
    person: new Map(people.map((p) => [p.id, personName(p, i18n)])),
    company: new Map(companies.map((c) => [c.id, c.name])),
    role: new Map(roles.map((r) => [r.id, r.name])),
  };
  return (ref) => {
    if (!ref) return '';
    const { kind, id } = typeof ref === 'string' ? ({ kind: 'person', id: ref } as const) : ref;
    // Whoever looks is among the people: without any, they are not loaded yet.
    if (people.length === 0) return '…';
    return names[kind].get(id) ?? i18n._(kind === 'person' ? msg`Former participant` : msg`Unknown`);
  };
}

/** personName is a person's name, or the neutral word for who is no longer here or is not to be shown. */
export function personName(p: Pick<Person, 'name' | 'former' | 'label' | 'limited'>, i18n: I18n): string {
  const { label } = p;
  if (p.former) return label ? i18n._(msg`Former participant ${label}`) : i18n._(msg`Former participant`);
  return p.limited ? i18n._(msg`Participant, not shown`) : p.name;
}
