import type { MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react/macro';
import s from './activities.module.css';
import { shownState, stateNames } from './words';

/** StateTag is a state in a word, with a shape of its own: never colour alone. */
export function StateTag({ of }: { of: { state: number; behind: boolean } }) {
  const { i18n } = useLingui();
  const state = shownState(of);
  return (
    <span className={s.tag} data-state={state}>
      <span className={s.mark} data-state={state} aria-hidden="true" />
      {i18n._(stateNames[state] as MessageDescriptor)}
    </span>
  );
}

/** Bar is how much is done, as a line below the words. */
export function Bar({ percent, state }: { percent: number; state: number }) {
  return (
    <span className={s.bar} data-state={state} aria-hidden="true">
      <span style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
    </span>
  );
}
