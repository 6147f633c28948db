/** The shapes of what concerns a person's own data: held, choices, erasure, requests, the policy's notices, the trust page. */
import type { Id, Instant } from './types';

/** Whose data: an account (the operator decides) or a person of one organisation (that organisation decides). */
export interface Who {
  kind: 'account' | 'person';
  id: Id;
}

export interface Why {
  purpose: string;
  label: string;
  basis: string;
  basis_label: string;
}

export interface HeldItem {
  key: string;
  label: string;
  /** Empty where there are several, or where it is only counted. */
  value: string;
  count: number;
  category: string;
  why: Why[];
  source: string;
  /** An instant; empty where it is not kept. */
  since: string;
  /** A date; empty where it cannot be said. */
  until: string;
  retention: string;
  recipients: string[];
  stored: string;
  derivatives: string[];
  /** The field that the person may change themselves, or empty. */
  editable: string;
  version: number;
}

export interface Disclosure {
  at: Instant;
  recipient: { kind: string; label: string };
  fields: string[];
  purpose: string;
  why: string;
}

/** A recipient who has to be told of something, or was. */
export interface Owed {
  recipient: { kind: string; label: string };
  act: 'erased' | 'rectified' | 'restricted';
  since: Instant;
  done: string;
}

export interface Controller {
  kind: 'operator' | 'organisation';
  name: string;
  contact: { email?: string; post?: string };
  who: Who;
  limited: boolean;
  items: HeldItem[];
  disclosures: Disclosure[];
  owed: Owed[];
  teams: { project: string; people: string[] }[];
  rights: { article: string; label: string }[];
}

export interface Held {
  as_of: Instant;
  controllers: Controller[];
  transfers: { recipient: string; country: string; safeguard: string }[];
  complaint: string;
}

export interface Choice {
  purpose: string;
  label: string;
  text: string;
  text_version: string;
  kind: 'consent' | 'objection';
  /** Whether the purpose may be used now. */
  given: boolean;
  changed_at: Instant | null;
  /** Of the receipt. */
  consent_id: Id | null;
  who: Who;
  /** The organisation; empty where the operator is it. */
  controller: string;
}

export type RestrictionGround = 'accuracy' | 'unlawful' | 'claims' | 'objection';

export interface Restriction {
  id: Id;
  who: Who;
  ground: RestrictionGround;
  note: string;
  since: Instant;
  lifts_at: Instant | null;
}

export interface Choices {
  items: Choice[] | null;
  restrictions: Restriction[] | null;
  gpc: boolean;
}

export type Decision = 'erased' | 'depersonalised' | 'kept';

export interface PlanItem {
  controller: string;
  who: Who;
  table: string;
  field: string;
  label: string;
  decision: Decision;
  because: { article: string; law?: string; text: string };
  /** The last day on which it is kept. */
  until: string | null;
  complaint?: string;
}

export interface Place {
  controller: string;
  kind: 'text' | 'photo' | 'document';
  label: string;
  count: number;
}

export interface ErasurePlan {
  hash: string;
  grace_hours: number;
  items: PlanItem[];
  places: Place[];
  /** Organisations that would be left without an owner. */
  alone: string[];
}

export interface ErasureRequested {
  id: Id;
  link: string;
  grace_until: Instant | null;
}

export interface ErasureStatus {
  state: 'requested' | 'denied' | 'destroying' | 'purging' | 'done' | 'cancelled';
  grace_until: Instant | null;
  done_at: Instant | null;
  items: PlanItem[];
  /** Where the signed receipt is; null until it is done. */
  receipt: string | null;
}

export interface RequestStatus {
  state: 'unconfirmed' | 'open' | 'closed';
  email_confirmed: boolean;
  received_at: Instant;
  cases: RequestCase[] | null;
  messages: { at: Instant; from: 'you' | 'office'; text: string }[] | null;
}

export interface RequestCase {
  id: Id;
  controller: { kind: 'operator' | 'organisation'; name: string };
  rights: { article: string; label: string; state: 'open' | 'executing' | 'done' | 'refused'; ground: string }[] | null;
  state: 'open' | 'identity' | 'working' | 'sent' | 'done' | 'refused' | 'merged' | 'withdrawn';
  due: string;
  extended_to: string;
  paused: boolean;
  answer: string;
  /** Why more is asked about who they are. */
  doubt: string;
  /** Why it takes longer. */
  later: string;
  /** Of a refusal, in words. */
  ground: string;
  reasons: string;
  /** Where to complain, when something was refused. */
  routes: string;
  /** There is an archive to take along. */
  archive: boolean;
}

export interface PolicyNotice {
  id: Id;
  title: string;
  text: string;
  effective: string;
  link: string;
  seen: boolean;
}

export type PromiseState = 'kept' | 'broken' | 'not-built' | 'not-proved' | 'not-applicable';

export interface TrustPromise {
  id: string;
  section: number;
  text: string;
  state: PromiseState;
  evidence: string;
  repeat: string;
  at?: Instant;
  /** Found more than two days ago. */
  stale: boolean;
}

export interface Trust {
  version: string;
  /** Of the oldest finding; not there before the first. */
  at?: Instant;
  broken: number;
  promises: TrustPromise[];
}
