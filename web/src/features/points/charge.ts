/** Who is in charge after a change of many. Pure. */
import type { InCharge } from '@/api/types';

export type ChargeMode = 'replace' | 'add' | 'remove';

const ref = (c: InCharge) => `${c.kind}:${c.id}`;

/** chargeAfter is who is in charge once `who` has replaced, joined or left them. */
export function chargeAfter(now: readonly InCharge[], who: readonly InCharge[], mode: ChargeMode): InCharge[] {
  if (mode === 'replace') return [...who];
  const named = new Set(who.map(ref));
  const others = now.filter((c) => !named.has(ref(c)));
  return mode === 'add' ? [...others, ...who] : others;
}
