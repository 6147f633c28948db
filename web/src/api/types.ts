/**
 * The shapes of /api/v1 that the app uses. Instants are RFC 3339 in UTC, civil dates YYYY-MM-DD, ids UUIDv7 made by whoever creates.
 */
import type { Activity } from './activity';

export type Id = string;
export type Instant = string;
export type CivilDate = string;

export type Level = 'subcontractor' | 'guest' | 'contributor' | 'manager' | 'administrator';
export type OrgRole = 'owner' | 'manager' | 'member';
export type Locale = 'en' | 'nl' | 'fr' | 'da' | 'de';

export interface Account {
  id: Id;
  name: string;
  email: string;
  locale: Locale;
  time_zone: string;
}

export interface Membership {
  id: Id;
  name: string;
  role: OrgRole;
  person_id: Id;
}

export interface Session {
  account: Account;
  organisations: Membership[];
}

/** AskedAgain: the password was right, and a second proof is asked for. */
export interface AskedAgain {
  step: string;
  second: string[];
}

export interface SessionRow {
  id: Id;
  created_at: Instant;
  last_seen_at: Instant;
  agent: string;
  current: boolean;
}

export interface Invitation {
  organisation: string;
  inviter: string;
  source: 'colleague' | 'customer' | 'supplier' | 'self';
  /** To take part in the organisation, or in one project of it. */
  purpose: 'organisation' | 'project';
  erase_after: Instant;
  has_account: boolean;
  locale: Locale;
}

export interface Project {
  id: Id;
  org_id: Id;
  name: string;
  code: string;
  place: string;
  time_zone: string;
  level: Level;
  person_id: Id;
  version: number;
}

export interface Person {
  id: Id;
  name: string;
  initials: string;
  company_id: Id | null;
  function: string;
  level: Level;
  role_ids: Id[];
  has_account: boolean;
  former: boolean;
  /** The code of a former participant, so that two are not taken for one. */
  label?: string;
  /** Set aside at their own wish, or being erased: stored, and not shown. Name and function are empty. */
  limited?: boolean;
  you: boolean;
}

export interface Company {
  id: Id;
  name: string;
  trade: string;
  version: number;
}

export type StatusColour = 'open' | 'progress' | 'review' | 'done' | 'idle' | `#${string}`;
export type StatusShape = 'circle' | 'square' | 'diamond' | 'triangle' | 'ring';

export interface Status {
  id: Id;
  name: string;
  colour: StatusColour;
  shape: StatusShape;
  order: number;
  closes: boolean;
  managers_only: boolean;
  version: number;
}

export interface Location {
  id: Id;
  parent_id: Id | null;
  kind: 'building' | 'level' | 'room';
  name: string;
  code: string;
  order: number;
  version: number;
}

export type InChargeKind = 'person' | 'company' | 'role';

export interface InCharge {
  kind: InChargeKind;
  id: Id;
}

export interface Category {
  id: Id;
  parent_id: Id | null;
  kind: 'category' | 'sub-category' | 'subject';
  name: string;
  order: number;
  in_charge?: InCharge[];
  version: number;
}

export interface Role {
  id: Id;
  name: string;
  version: number;
}

export type Numbering = 'sequence' | 'occurrence-sequence' | 'code-sequence' | 'code-occurrence-sequence';

export interface PointList {
  id: Id;
  code: string;
  name: string;
  order: number;
  numbering: Numbering;
  /** The running one. */
  occurrence: number;
  /** Only those on it know of it. */
  closed: boolean;
  /** It takes no new points. */
  archived: boolean;
  /** The viewer's, on this list. */
  level: Level;
  version: number;
}

/** A saved view of the list. */
export interface View {
  id: Id;
  name: string;
  /** As in the address of the list. */
  query: string;
  shared: boolean;
  owner_id: Id;
  version: number;
}

export interface Drawing {
  id: Id;
  name: string;
  state: 'processing' | 'ready' | 'failed';
  code?: string;
  job_id: Id | null;
  sheets: Id[];
  /** Pages that wait for somebody to say which sheets they renew. */
  waiting?: number;
  created_at: Instant;
  author_id: Id;
  version: number;
}

export interface Revision {
  id: Id;
  code: string;
  at: Instant;
  page: number;
  width_px: number;
  height_px: number;
  max_zoom: number;
  tile_size: number;
  tile_type: 'png' | 'jpg';
  affine: [number, number, number, number, number, number];
  bytes: number;
  /** The displayed page in its own units; rows from before have none. */
  size?: { width: number; height: number };
  drawing_id?: Id;
  /** How it came to lie on the sheet; none: nobody knows, and pins may stand wrong. */
  alignment?: 'first' | 'auto' | 'hand' | 'none';
  confidence?: number;
}

/** A page of an uploaded file that waits to be placed. */
export interface WaitingPage {
  page: number;
  number: string;
  title: string;
  sheet_id: Id | null;
  certainty: number;
  size: { width: number; height: number };
}

export interface Sheet {
  id: Id;
  drawing_id: Id;
  project_id: Id;
  name: string;
  number: string;
  order: number;
  location_id: Id | null;
  frame: { width: number; height: number };
  version: number;
  /** The newest. */
  revision: Revision;
  /** All, the newest first; rows from before have none. */
  revisions?: Revision[];
  /** What lies on it; rows from before have none. */
  marks?: SheetMark[];
}

/** A room, the scale or a link, laid onto a sheet. */
export interface SheetMark {
  id: Id;
  kind: 'room' | 'scale' | 'link';
  /** x and y of its places, in units of the sheet's frame. */
  at: number[];
  location_id: Id | null;
  target_id: Id | null;
  metres: number;
}

export interface Pin {
  sheet_id: Id;
  /** In the sheet's frame: points (PDF) or pixels (picture), origin top left, y down. */
  x: number;
  y: number;
}

export interface Photo {
  id: Id;
  width: number;
  height: number;
  /** Of the whole photo; missing on rows that an older version of the app kept, and on what waits to be sent. */
  bytes?: number;
  taken_at: Instant | null;
  author_id: Id;
  at: Instant;
}

export interface Comment {
  id: Id;
  text: string;
  author_id: Id;
  at: Instant;
}

/** One stroke, figure or text of mark-up. */
export interface Shape {
  kind: 'pen' | 'line' | 'arrow' | 'rect' | 'ellipse' | 'text';
  /** #rrggbb */
  colour: string;
  width: number;
  /** x and y of its points, in pixels of the photo or units of the sheet's frame. */
  at: number[];
  text?: string;
}

/** A layer over a photo or a sheet, which stay as they are. */
export interface Markup {
  on: 'photo' | 'sheet';
  target_id: Id;
  shapes: Shape[];
  author_id: Id;
  at: Instant;
  version: number;
}

/** What the viewer may do with a point, said by the server. */
export interface May {
  edit: boolean;
  status: boolean;
  comment: boolean;
  photo: boolean;
  delete: boolean;
  /** May set a status that is reserved for managers. */
  reserved: boolean;
}

export interface Point {
  id: Id;
  project_id: Id;
  list_id: Id;
  number: string | null;
  sequence: number | null;
  version: number;
  subject: string;
  description: string;
  status_id: Id;
  category_id: Id | null;
  location_id: Id | null;
  in_charge: InCharge[];
  due: CivilDate | null;
  urgent: boolean;
  author_id: Id;
  created_at: Instant;
  changed_at: Instant;
  closed_at: Instant | null;
  pin: Pin | null;
  photos: Photo[];
  comments: Comment[];
  /** What it is part of; its own parts name it. */
  parent_id: Id | null;
  /** Related points that this one names; others may name it. */
  related_ids: Id[];
  /** The point that this one is a relay of; missing on rows that an older version of the app kept. */
  origin_id?: Id | null;
  /** Missing on rows that an older version of the app kept. */
  markups?: Markup[];
  may: May;
}

/** The fields of a point that a PATCH may carry. */
export type PointPatch = Partial<
  Pick<Point, 'subject' | 'description' | 'status_id' | 'category_id' | 'location_id' | 'in_charge' | 'due' | 'urgent' | 'pin'>
>;

export interface HistoryEntry {
  at: Instant;
  actor_id: Id | null;
  kind: 'created' | 'changed' | 'moved' | 'commented' | 'photo-added' | 'photo-removed' | 'marked' | 'deleted' | 'restored';
  fields: { name: string; before: unknown; after: unknown }[];
}

export type ReportFact =
  | 'where'
  | 'in-charge'
  | 'due'
  | 'category'
  | 'list'
  | 'created'
  | 'closed'
  | 'description'
  | 'plan'
  | 'photos'
  | 'comments';

/** How an organisation's reports look. */
export interface ReportStyle {
  accent: string;
  shown: ReportFact[];
  photo: 'small' | 'medium' | 'large';
  sort: '' | 'number' | 'subject' | 'status' | 'due' | 'changed' | 'created' | 'location';
  order: 'asc' | 'desc';
  group: 'none' | 'status' | 'location' | 'category' | 'in-charge' | 'list';
  header: string;
  footer: string;
  contents: boolean;
}

export interface ReportStyleState extends ReportStyle {
  has_logo: boolean;
  version: number;
}

export interface Report {
  id: Id;
  title: string;
  format: 'pdf' | 'xlsx';
  state: 'making' | 'ready' | 'failed';
  /** Why it failed, or empty. */
  code: string;
  job_id: Id | null;
  created_at: Instant;
  author_id: Id;
  points: number;
  pages: number;
  /** Characters that no font covers; the PDF shows a mark. */
  replaced: number;
  /** Pictures that could not be read. */
  missing: number;
  bytes: number;
  locale: Locale;
  version: number;
}

export interface Job {
  id: Id;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  code?: string;
  thing_id: Id;
}

export interface FieldConflict {
  field: string;
  theirs: unknown;
  mine: unknown;
  version: number;
  actor_id: Id;
  at: Instant;
}

export interface FieldProblem {
  path: string;
  code: string;
}

/** RFC 9457, with a stable code. */
export interface ProblemBody {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  fields?: FieldProblem[];
  retry_after?: number;
  conflicts?: FieldConflict[];
}

/** A programme's head; its activities come with the schedule. Times are minutes since 2000-01-01T00:00 in the project's zone. */
export interface Programme {
  id: Id;
  name: string;
  /** Rises with every change of it, or of an activity in it. */
  version: number;
  /** What is not done is planned at or after the present. */
  live: boolean;
  start: number | null;
  finish: number | null;
  format: string;
  activities: number;
  created_at: Instant;
  changed_at: Instant;
}

/** One feed entry as `changes` gives it. */
export interface Entry {
  at: Instant;
  actor_id: Id;
  thing_kind: string;
  thing_id: Id;
  kind: string;
  fields: string[];
}

/** The kinds of things that a device keeps, and their shapes. */
export interface ThingMap {
  statuses: Status;
  categories: Category;
  locations: Location;
  roles: Role;
  lists: PointList;
  companies: Company;
  people: Person;
  drawings: Drawing;
  sheets: Sheet;
  reports: Report;
  views: View;
  programmes: Programme;
  activities: Activity;
  points: Point;
}
export type ThingKind = keyof ThingMap;

export const thingKinds: readonly ThingKind[] = [
  'statuses',
  'categories',
  'locations',
  'roles',
  'lists',
  'companies',
  'people',
  'drawings',
  'sheets',
  'reports',
  'views',
  'programmes',
  'activities',
  'points',
];

export type Things = { [K in ThingKind]?: ThingMap[K][] } & { project?: Project };

export interface SnapshotPage {
  cursor: string;
  next: string | null;
  things: Things;
}

export interface ChangesPage {
  cursor: string;
  more: boolean;
  start_over: boolean;
  things: Things;
  gone: { kind: string; id: Id }[];
  entries: Entry[];
}

export interface MutationBody {
  id: Id;
  method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  path: string;
  body?: unknown;
}

export interface MutationResult {
  id: Id;
  status: 'ok' | 'conflict' | 'rejected' | 'retry';
  http: number;
  thing_id?: Id;
  version?: number;
  code?: string;
  fields?: FieldProblem[];
  /** Names alone when the write was made before. */
  conflicts?: (FieldConflict | string)[];
  retry_after?: number;
  body?: unknown;
}

export interface ServerConfig {
  version: string;
  build: string;
  dev: boolean;
  locales: Locale[];
  mail_capture: boolean;
}
