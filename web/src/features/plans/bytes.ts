/** Sizes as the viewer's language writes them. */
import type { I18n } from '@lingui/core';

export function size(bytes: number, i18n: Pick<I18n, 'number'>): string {
  const [unit, by] =
    bytes >= 1e9 ? (['gigabyte', 1e9] as const) : bytes >= 1e5 ? (['megabyte', 1e6] as const) : (['kilobyte', 1e3] as const);
  const n = bytes / by;
  return i18n.number(n, { style: 'unit', unit, maximumFractionDigits: n < 10 && unit !== 'kilobyte' ? 1 : 0 });
}
