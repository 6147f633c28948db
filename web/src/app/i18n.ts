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

/** The texts about a person's own data, loaded with those pages. */
const loadPrivacy: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import('../locales/en/privacy.po'),
  nl: () => import('../locales/nl/privacy.po'),
  fr: () => import('../locales/fr/privacy.po'),
  da: () => import('../locales/da/privacy.po'),
  de: () => import('../locales/de/privacy.po'),
};
let privacy = false;

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
    if (privacy) parts.push(await loadPrivacy[locale]());
    i18n.loadAndActivate({ locale, messages: Object.assign({}, ...parts.map((p) => p.messages)) });
  }
  document.documentElement.lang = locale;
  try {
    localStorage.setItem('plumbline-locale', locale);
  } catch {
    // It is asked again next time.
  }
}

/** withPrivacy waits for the texts of the pages about a person's own data, and for the module that shows them. */
export async function withPrivacy<T>(module: Promise<T>): Promise<T> {
  privacy = true;
  const locale = isLocale(i18n.locale) ? i18n.locale : 'en';
  i18n.load(locale, (await loadPrivacy[locale]()).messages);
  return module;
}
