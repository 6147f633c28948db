/** The countries whose holidays, ages and terms of keeping are known. */
const codes = 'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');

export function countryOptions(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const known = codes.map((value) => ({ value, label: names.of(value) ?? value }));
  return [{ value: '', label: '–' }, ...known.sort((a, b) => a.label.localeCompare(b.label, locale))];
}
