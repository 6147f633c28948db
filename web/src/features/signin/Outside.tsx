import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { isLocale, locales, speak } from '@/app/i18n';
import { Bob } from '@/app/icons';
import s from './Outside.module.css';

/** Outside is the page before the sign-in: the mark, one card, the language. */
export function Outside({ title, children }: { title: string; children: ReactNode }) {
  const { t, i18n } = useLingui();
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <div className={s.page}>
      <main className={s.card}>
        <div className={s.brand}>
          <Bob height={30} />
          Plumbline
        </div>
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
      </footer>
    </div>
  );
}
