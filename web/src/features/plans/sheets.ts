/** Between the store's sheets and points and what the plan engine speaks of. Pure. */
import type { Point, Revision, Sheet, Status, StatusColour } from '@/api/types';
import type { Affine, Pin, Place, SheetImage } from '@/engines/plan/types';

/** Pins stand on white paper in every theme, so they take the light theme's colours. */
const onPaper: Record<string, string> = { open: '#b3261e', progress: '#9a4b00', review: '#1f47b8', done: '#17663f', idle: '#5b574f' };

export function pinColour(colour: StatusColour | undefined): string {
  if (!colour) return '#5b574f';
  return onPaper[colour] ?? (/^#[0-9a-f]{6}$/i.test(colour) ? colour : '#5b574f');
}

export function sheetImage(sheet: Sheet, r: Revision = sheet.revision): SheetImage {
  return {
    key: r.id,
    frame: sheet.frame,
    pixels: { width: r.width_px, height: r.height_px },
    maxZoom: r.max_zoom,
    tileSize: r.tile_size,
    affine: r.affine as Affine,
    page: r.size,
  };
}

export function pinsOf(points: readonly Point[], statuses: readonly Status[]): Pin[] {
  const byId = new Map(statuses.map((x) => [x.id, x]));
  return points.flatMap((p) => {
    if (!p.pin) return [];
    const status = byId.get(p.status_id);
    return {
      id: p.id,
      x: p.pin.x,
      y: p.pin.y,
      colour: pinColour(status?.colour),
      shape: status?.shape ?? 'circle',
      label: p.sequence === null ? '–' : String(p.sequence),
      urgent: p.urgent,
    };
  });
}

export function sheetTitle(sheet: Pick<Sheet, 'number' | 'name'>): string {
  return [sheet.number, sheet.name].filter(Boolean).join(' ');
}

/** All revisions of a sheet, the newest first. */
export function revisionsOf(sheet: Sheet): readonly Revision[] {
  return sheet.revisions?.length ? sheet.revisions : [sheet.revision];
}

export function placeFromText(text: string | undefined): Place | null {
  const [x, y] = (text ?? '').split(',').map(Number);
  return x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y) ? { x, y } : null;
}

export function placeToText(p: Place): string {
  return `${p.x},${p.y}`;
}

export const revisionPath = (project: string, revision: string): string => `/api/v1/projects/${project}/revisions/${revision}`;
