import type { Id, InCharge } from '@/api/types';
import { useName, useThing } from '@/store';
import s from './ui.module.css';

/** PersonChip shows who: a person's id, or a person, company or role in charge. */
export function PersonChip({ who, bare = false }: { who: Id | InCharge; bare?: boolean }) {
  const ref: InCharge = typeof who === 'string' ? { kind: 'person', id: who } : who;
  const name = useName()(ref);
  const person = useThing('people', ref.kind === 'person' ? ref.id : null);
  const short = person?.former || person?.limited ? '–' : (person?.initials ?? initials(name));
  return (
    <span className={s.chip} title={bare ? name : undefined}>
      <span className={s.avatar} data-kind={ref.kind} aria-hidden="true">
        {short}
      </span>
      {bare ? <span className="hidden-text">{name}</span> : <span>{name}</span>}
    </span>
  );
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return (first.charAt(0) + last.charAt(0)).toUpperCase() || '?';
}
