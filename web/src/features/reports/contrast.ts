/** The least contrast of text, by WCAG 2.2. */
export const least = 4.5;

/** contrast of a colour #rrggbb on white, 1 to 21; 1 for what is no colour. */
export function contrast(hex: string): number {
  const n = /^#[0-9a-f]{6}$/i.test(hex) ? Number.parseInt(hex.slice(1), 16) : 0xffffff;
  const lin = (v: number) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 1.05 / (0.2126 * lin(n >> 16) + 0.7152 * lin((n >> 8) & 255) + 0.0722 * lin(n & 255) + 0.05);
}
