import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

// Two catalogues a language: the site walk (plans, points, capture) and everything else.
const site = ['src/features/plans', 'src/features/points', 'src/features/capture', 'src/engines'];

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'nl', 'fr', 'da', 'de'],
  catalogs: [
    { path: 'src/locales/{locale}/site', include: site },
    { path: 'src/locales/{locale}/messages', include: ['src'], exclude: [...site, '**/*.test.*'] },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
});
