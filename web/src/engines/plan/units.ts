/**
 * Lengths in words: metres, or feet and inches. Kept and computed with are metres alone; what is here is how somebody reads and writes
 * them.
 */
export type Units = 'metric' | 'imperial';

const FOOT = 0.3048;
const INCH = FOOT / 12;
/** Building in feet goes by the eighth of an inch; from a hundred feet on a tap is no longer that exact. */
const PARTS = 8;

/** 3.81 m is 12′-6″, as drawings write it. */
export function feetText(metres: number): string {
  const parts = metres < 100 * FOOT ? PARTS : 1;
  const whole = Math.round((metres / INCH) * parts);
  const feet = Math.floor(whole / (12 * parts));
  const inches = Math.floor((whole - feet * 12 * parts) / parts);
  let over = whole % parts;
  let under = parts;
  while (over > 0 && over % 2 === 0) {
    over /= 2;
    under /= 2;
  }
  return `${feet}′-${inches}${over > 0 ? ` ${over}/${under}` : ''}″`;
}

export const squareFeet = (squareMetres: number): number => squareMetres / (FOOT * FOOT);

const factors: Record<string, number> = { m: 1, cm: 0.01, mm: 0.001 };
const signs: Record<string, string> = { '½': ' 1/2', '¼': ' 1/4', '¾': ' 3/4', '⅛': ' 1/8', '⅜': ' 3/8', '⅝': ' 5/8', '⅞': ' 7/8' };
const number = String.raw`\d+(?:\.\d+)?`;
const metric = new RegExp(`^(${number}) ?(mm|cm|m)?$`);
const feet = new RegExp(`^(${number}) ?(?:'|ft)`);
const inches = new RegExp(`^(?:(${number})(?:[ -](\\d+)/(\\d+))?|(\\d+)/(\\d+)) ?(?:"|in)?$`);

/**
 * readLength reads what somebody wrote as metres; null when it is no length. A bare figure is of the units that are spoken; a written unit
 * wins over that.
 */
export function readLength(text: string, units: Units): number | null {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/[½¼¾⅛⅜⅝⅞]/g, (c) => signs[c] ?? c)
    .replace(/[′’‘]/g, "'")
    .replace(/[″”“]|''/g, '"')
    .replace(/(\d),(\d)/g, '$1.$2')
    .replace(/\s+/g, ' ')
    .trim();
  const m = metric.exec(said);
  if (m && (m[2] || units === 'metric')) return positive(Number(m[1]) * (factors[m[2] ?? 'm'] ?? 1));
  if (m) return positive(Number(m[1]) * FOOT);
  const f = feet.exec(said);
  const rest = f ? said.slice(f[0].length).replace(/^\.?[ -]*/, '') : said.replace(/\.$/, '');
  if (f && rest === '') return positive(Number(f[1]) * FOOT);
  const i = inches.exec(rest.replace(/\.$/, ''));
  // Inches alone carry their sign, and below feet there are fewer than twelve.
  if (!i || (!f && !/["n]$/.test(rest.replace(/\.$/, '')))) return null;
  const below = Number(i[5] ?? i[3] ?? 1);
  const part = below > 0 ? Number(i[4] ?? i[2] ?? 0) / below : Number.NaN;
  const all = Number(i[1] ?? 0) + part;
  if (f && (all >= 12 || (f[1] ?? '').includes('.'))) return null;
  return positive(Number(f?.[1] ?? 0) * FOOT + all * INCH);
}

function positive(n: number): number | null {
  return Number.isFinite(n) && n > 0 ? n : null;
}
