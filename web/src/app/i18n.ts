/** Five languages, each loaded when first used. A viewer's own choice wins over the browser's. */
import { type I18n, type Messages, setupI18n } from '@lingui/core';
import type { Locale } from '@/api/types';

export const locales: Record<Locale, string> = { nl: 'Nederlands', en: 'English', fr: 'Français', da: 'Dansk', de: 'Deutsch' };

const load: Record<Locale, () => Promise<{ messages: Messages }[]>> = {
  en: () => Promise.all([import('../locales/en/messages.po'), import('../locales/en/site.po')]),
  nl: () => Promise.all([import('../locales/nl/messages.po'), import('../locales/nl/site.po')]),
  fr: () => Promise.all([import('../locales/fr/messages.po'), import('../locales/fr/site.po')]),
  da: () => Promise.all([import('../locales/da/messages.po'), import('../locales/da/site.po')]),
  de: () => Promise.all([import('../locales/de/messages.po'), import('../locales/de/site.po')]),
};

/** Texts that come with their own pages: the desk's (settings, reports, exchange, people, account), those about a person's own data, and the programme's. */
const loadMore: Record<'desk' | 'privacy' | 'programme', Record<Locale, () => Promise<{ messages: Messages }>>> = {
  desk: {
    en: () => import('../locales/en/desk.po'),
    nl: () => import('../locales/nl/desk.po'),
    fr: () => import('../locales/fr/desk.po'),
    da: () => import('../locales/da/desk.po'),
    de: () => import('../locales/de/desk.po'),
  },
  privacy: {
    en: () => import('../locales/en/privacy.po'),
    nl: () => import('../locales/nl/privacy.po'),
    fr: () => import('../locales/fr/privacy.po'),
    da: () => import('../locales/da/privacy.po'),
    de: () => import('../locales/de/privacy.po'),
  },
  programme: {
    en: () => import('../locales/en/programme.po'),
    nl: () => import('../locales/nl/programme.po'),
    fr: () => import('../locales/fr/programme.po'),
    da: () => import('../locales/da/programme.po'),
    de: () => import('../locales/de/programme.po'),
  },
};
const more = new Set<keyof typeof loadMore>();

export const i18n: I18n = setupI18n();

export function isLocale(s: string | null | undefined): s is Locale {
  return s !== null && s !== undefined && s in locales;
}

/** guess is the language before anyone signed in: the one used last here, else the browser's. */
export function guess(): Locale {
  let last: string | null = null;
  try {
    last = localStorage.getItem('plumbline-locale');
  } catch {
    // No storage: the browser's language it is.
  }
  if (isLocale(last)) return last;
  for (const tag of navigator.languages ?? []) {
    const l = tag.slice(0, 2).toLowerCase();
    if (isLocale(l)) return l;
  }
  return 'en';
}

export async function speak(locale: Locale): Promise<void> {
  if (i18n.locale !== locale) {
    const parts = await load[locale]();
    for (const extra of more) parts.push(await loadMore[extra][locale]());
    i18n.loadAndActivate({ locale, messages: Object.assign({}, ...parts.map((p) => p.messages)) });
  }
  document.documentElement.lang = locale;
  try {
    localStorage.setItem('plumbline-locale', locale);
  } catch {
    // It is asked again next time.
  }
}

async function withTexts<T>(extra: keyof typeof loadMore, module: Promise<T>): Promise<T> {
  more.add(extra);
  const locale = isLocale(i18n.locale) ? i18n.locale : 'en';
  i18n.load(locale, (await loadMore[extra][locale]()).messages);
  return module;
}

/** withDesk waits for the texts of the desk's pages, and for the module that shows them. */
export const withDesk = <T>(module: Promise<T>): Promise<T> => withTexts('desk', module);

/** withPrivacy does the same for the pages about a person's own data. */
export const withPrivacy = <T>(module: Promise<T>): Promise<T> => withTexts('privacy', module);

/** withProgramme does the same for the programme. */
export const withProgramme = <T>(module: Promise<T>): Promise<T> => withTexts('programme', module);
