import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

// Five catalogues a language: the site walk (plans, points, capture), the desk's pages, a person's own data, the programme, and everything else.
const site = ['src/features/plans', 'src/features/points', 'src/features/capture', 'src/engines'];
const desk = ['account', 'exchange', 'people', 'reports', 'settings'].map((x) => `src/features/${x}`);
const privacy = ['src/features/privacy', 'src/features/office'];
const programme = ['src/features/programme', 'src/features/activities'];

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'nl', 'fr', 'da', 'de'],
  catalogs: [
    { path: 'src/locales/{locale}/site', include: site },
    { path: 'src/locales/{locale}/desk', include: desk },
    { path: 'src/locales/{locale}/privacy', include: privacy },
    { path: 'src/locales/{locale}/programme', include: programme, exclude: ['**/*.test.*'] },
    { path: 'src/locales/{locale}/messages', include: ['src'], exclude: [...site, ...desk, ...privacy, ...programme, '**/*.test.*'] },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
