import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Company, Id, InCharge, Person, Role } from '@/api/types';

/** A person's id, or what is in charge, to the name that people know. */
export type Namer = (ref: Id | InCharge | null | undefined) => string;

export function namer(people: readonly Person[], companies: readonly Company[], roles: readonly Role[], i18n: I18n): Namer {
  const names = {
    person: new Map(people.map((p) => [p.id, p.former ? i18n._(msg`Former participant`) : p.name])),
    company: new Map(companies.map((c) => [c.id, c.name])),
    role: new Map(roles.map((r) => [r.id, r.name])),
  };
  return (ref) => {
    if (!ref) return '';
    const { kind, id } = typeof ref === 'string' ? ({ kind: 'person', id: ref } as const) : ref;
    return names[kind].get(id) ?? i18n._(kind === 'person' ? msg`Former participant` : msg`Unknown`);
  };
}
