import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { isLocale, locales, speak } from '@/app/i18n';
import { Bob } from '@/app/icons';
import s from './Outside.module.css';

/** Outside is a page without a sign-in: the mark, one card, the language, and where to ask about one's data. */
export function Outside({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  const { t, i18n } = useLingui();
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <div className={s.page}>
      <main className={s.card} data-wide={wide || undefined}>
        <Link to="/" className={s.brand}>
          <Bob height={30} />
          Plumbline
        </Link>
        <h1 className={s.title}>{title}</h1>
        {children}
      </main>
      <footer className={s.foot}>
        <NativeSelect
          aria-label={t`Language`}
          value={i18n.locale}
          onChange={(e) => isLocale(e.currentTarget.value) && void speak(e.currentTarget.value)}
          data={Object.entries(locales).map(([value, label]) => ({ value, label }))}
        />
        <span className="quiet">
          <Trans>Plans, points and photos of the site, also without a network.</Trans>
        </span>
        <nav className={s.links} aria-label={t`About your data`}>
          <a href={`/privacy?lang=${i18n.locale}`}>
            <Trans>Privacy policy</Trans>
          </a>
          <Link to="/request">
            <Trans>Ask about your data</Trans>
          </Link>
          <Link to="/trust">
            <Trans>What we promise</Trans>
          </Link>
        </nav>
      </footer>
    </div>
  );
}
