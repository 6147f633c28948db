import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useId } from 'react';
import { useRegistry } from '@/actions/react';
import { useMaybeProject } from '@/store';
import { SyncPill } from './SyncLight';
import s from './ui.module.css';

export interface PageProps {
  title: string;
  /** Below the title on a phone; beside nothing on a desk. */
  subtitle?: ReactNode;
  /** Beside the title: a revision mark, filter chips. */
  extra?: ReactNode;
  /** At the right end: the page's main button. */
  actions?: ReactNode;
  /** The detail at the right (a Panel), over the page on a phone. */
  panel?: ReactNode;
  /** The body scrolls inside a reading width; without it the body fills and scrolls as it likes. */
  reading?: boolean;
  children: ReactNode;
}

/** Page is the frame of every screen: title, what belongs to it, search, main button; then the body. */
export function Page({ title, subtitle, extra, actions, panel, reading, children }: PageProps) {
  const { t } = useLingui();
  const registry = useRegistry();
  const project = useMaybeProject();
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <div className={s.page}>
      <header className={s.head}>
        <div className={s.titles}>
          <h1>{title}</h1>
          {subtitle !== undefined && <div className={s.sub}>{subtitle}</div>}
        </div>
        <div className={s.extra}>{extra}</div>
        <button type="button" className={s.find} onClick={() => registry.run('palette')}>
          {t`Search`} <span className={s.kbd}>{mod} K</span>
        </button>
        {project && (
          <span className={s.phone}>
            <SyncPill />
          </span>
        )}
        {actions}
      </header>
      <div className={s.body}>
        {reading ? (
          <div className={s.scroll}>
            <div className={s.inner}>{children}</div>
          </div>
        ) : (
          children
        )}
        {panel}
      </div>
    </div>
  );
}

export const mod = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl';

/** Panel is the detail at the right; on a phone it lies over the page. Esc closes it. */
export function Panel({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  useEscape(onClose);
  return (
    <aside className={s.panel} aria-label={label}>
      {children}
    </aside>
  );
}

/** Sheet is the card that slides over a phone's screen from below; the rest stays in sight and in use. Esc closes it. */
export function Sheet({ label, onClose, children }: { label: string; onClose?: () => void; children: ReactNode }) {
  useEscape(onClose);
  return (
    <section className={s.bottom} aria-label={label}>
      <div className={s.grab} />
      <div className={s.bottomBody}>{children}</div>
    </section>
  );
}

/** What lies over everything, and has Escape for itself. */
const above = '[aria-modal="true"], .mantine-Menu-dropdown, .mantine-Popover-dropdown, .mantine-Combobox-dropdown';

function useEscape(close?: () => void): void {
  useEffect(() => {
    if (!close) return;
    // Whatever is open closes itself on the way down, and is gone when the key comes up here: look before.
    let taken = false;
    const before = (e: KeyboardEvent) => {
      taken = e.key === 'Escape' && [...document.querySelectorAll<HTMLElement>(above)].some((x) => x.checkVisibility());
    };
    const down = (e: KeyboardEvent) => {
      if (e.key !== 'Escape' || e.defaultPrevented || taken) return;
      e.preventDefault();
      close();
    };
    window.addEventListener('keydown', before, true);
    window.addEventListener('keydown', down);
    return () => {
      window.removeEventListener('keydown', before, true);
      window.removeEventListener('keydown', down);
    };
  }, [close]);
}

/** Section is a titled part of a reading page. */
export function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={s.section} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
