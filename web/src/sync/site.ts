/**
 * What a report does to an activity before the server has said so. Only a guess at its state: where it lies in time is the server's to
 * compute. Pure, and harmless when done twice.
 */
type Value = Record<string, unknown>;
type Part = Value & { id: string };

const list = <T>(v: unknown): T[] => (Array.isArray(v) ? (v as T[]) : []);
const count = (v: unknown): number => (typeof v === 'number' ? v : 0);

/** Minutes since 2000-01-01T00:00 of an instant, on the clock of this device. */
function minutes(at: unknown): number {
  const d = new Date(typeof at === 'string' ? at : Date.now());
  return Math.floor((d.getTime() - d.getTimezoneOffset() * 60_000 - Date.UTC(2000, 0, 1)) / 60_000);
}

export function reported(value: Value, report: Part): Value {
  const reports = list<Part>(value.reports);
  if (reports.some((r) => r.id === report.id)) return value;
  const next: Value = { ...value, reports: [...reports, report] };
  const percent = typeof report.percent === 'number' ? report.percent : undefined;
  let verified = value.state === 4;
  switch (report.kind) {
    case 'progress':
      next.percent = percent ?? 0;
      if (count(next.percent) > 0) next.actual_start = value.actual_start ?? minutes(report.at);
      next.actual_finish = count(next.percent) >= 100 ? minutes(report.at) : null;
      break;
    case 'problem':
      next.problems = count(value.problems) + 1;
      break;
    case 'solved':
      next.problems = 0;
      break;
    case 'sign-off':
      verified = true;
      break;
    default:
      verified = false;
      if (report.kind === 'reject' || percent !== undefined) {
        next.percent = percent ?? Math.min(90, count(value.percent));
        next.actual_finish = null;
      }
  }
  return { ...next, ...stateOf(next, verified) };
}

/** stateOf is the state of an activity, as far as a device can tell. */
function stateOf(v: Value, verified: boolean): Value {
  if (verified) return { state: 4, behind: false };
  const blocking = list<{ open?: boolean }>(v.blocks).filter((b) => b.open).length + count(v.hidden_blocks);
  if (count(v.problems) > 0 || blocking > 0) return { state: 2 };
  if (count(v.percent) >= 100) return { state: 3, behind: false };
  return { state: count(v.percent) > 0 || v.actual_start != null ? 1 : 0 };
}

export function withPhoto(value: Value, report: string, photo: Part): Value {
  const reports = list<Part>(value.reports).map((r) => {
    const photos = list<Part>(r.photos);
    return r.id !== report || photos.some((p) => p.id === photo.id) ? r : { ...r, photos: [...photos, photo] };
  });
  return { ...value, reports };
}

export function blocked(value: Value, block: Value & { point_id: string }): Value {
  const blocks = list<Value>(value.blocks);
  if (blocks.some((b) => b.point_id === block.point_id)) return value;
  const next = { ...value, blocks: [...blocks, block] };
  return { ...next, ...stateOf(next, value.state === 4) };
}

export function unblocked(value: Value, point: string): Value {
  const next = { ...value, blocks: list<Value>(value.blocks).filter((b) => b.point_id !== point) };
  return { ...next, ...stateOf(next, value.state === 4) };
}
