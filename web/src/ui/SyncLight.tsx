import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useRegistry } from '@/actions/react';
import { useSync } from '@/store';
import type { SyncStatus } from '@/sync/status';
import s from './SyncLight.module.css';

/** useSyncText is the light in words: "All saved", "No network, 3 kept". */
export function useSyncText(): (st: SyncStatus) => string {
  const { t } = useLingui();
  return (st) => {
    const n = st.waiting;
    if (st.state === 'offline') return n > 0 ? t`No network, ${plural(n, { one: '# kept', other: '# kept' })}` : t`No network`;
    if (st.signedOut) return n > 0 ? t`Sign in again, ${plural(n, { one: '# kept', other: '# kept' })}` : t`Sign in again`;
    if (st.state === 'attention') {
      const k = st.conflicts + st.rejected;
      return k > 0 ? t`${plural(k, { one: '# needs you', other: '# need you' })}` : t`No access any more`;
    }
    if (st.loading !== null) return t`Loading the project`;
    if (st.state === 'sending') return t`Sending ${n}`;
    if (st.state === 'waiting') return t`${plural(n, { one: '# waiting', other: '# waiting' })}`;
    return t`All saved`;
  };
}

/** SyncPill is the light on a phone: nothing while all is saved. */
export function SyncPill() {
  const st = useSync();
  const text = useSyncText()(st);
  const registry = useRegistry();
  return (
    <button type="button" className={s.pill} data-state={st.state} onClick={() => registry.run('waiting')}>
      <span role="status">{text}</span>
    </button>
  );
}

/** SyncLight is the light at the foot of the sidebar. */
export function SyncLight({ small }: { small?: string }) {
  const st = useSync();
  const text = useSyncText()(st);
  const registry = useRegistry();
  return (
    <button type="button" className={s.light} data-state={st.state} onClick={() => registry.run('waiting')}>
      <span className={s.dot} aria-hidden="true" />
      <span className={s.words}>
        <span role="status">{text}</span>
        {small && <small>{small}</small>}
      </span>
    </button>
  );
}
