/** The shapes of the privacy office: of an organisation, and of the operator. */
import type { CivilDate, Id, Instant } from './types';

export interface OfficeSettings {
  email: string;
  post: string;
  country: string;
  officer_email: string;
  officer_post: string;
  version: number;
}

export interface CaseRight {
  article: string;
  label: string;
  state: 'open' | 'executing' | 'done' | 'refused';
  ground: string;
}

export interface CaseRow {
  id: Id;
  state: 'open' | 'working' | 'identity' | 'sent' | 'done' | 'refused' | 'merged' | 'withdrawn';
  rights: CaseRight[] | null;
  /** How it is known who asks; empty: it is not. */
  verified: string;
  received_on: CivilDate;
  due_on: CivilDate;
  days_left: number;
  late: boolean;
  extended: boolean;
  owed: number;
  kind: string;
  language: string;
  ground: string;
  opened_at: Instant;
  closed_at: Instant | null;
  version: number;
}

export type StepKind =
  | 'classify'
  | 'identity-ok'
  | 'ask-identity'
  | 'extend'
  | 'execute'
  | 'answer'
  | 'decline'
  | 'refuse'
  | 'merge'
  | 'acknowledge'
  | 'acknowledge-source';

export interface Acknowledgement {
  id: Id;
  kind: string;
  party_id: string;
  act: 'erased' | 'rectified' | 'restricted';
  since: Instant;
  done_at: Instant | null;
}

interface Told {
  at: Instant;
  from: 'you' | 'office';
  text: string;
}

export interface Case extends CaseRow {
  channel: 'form' | 'letter' | 'signed-in';
  locale: string;
  email: string;
  text: string;
  messages: Told[] | null;
  /** Sent to show who they are; deleted once it was looked at. */
  proof: Told[] | null;
  answer: string;
  reasons: string;
  doubt: string;
  later: string;
  recipients: Acknowledgement[] | null;
  sources: Acknowledgement[] | null;
  /** Texts, photos and documents to decide on before an erasure. */
  places: number;
  similar: Id[] | null;
  grounds: string[] | null;
}

export interface Reading {
  kind: 'request' | 'reminder' | 'complaint' | 'unclear';
  language: string;
  rights: { article: string; label: string; confidence: number; cited: boolean }[] | null;
}

export interface PlaceRow {
  id: Id;
  person_id: Id;
  kind: 'text' | 'photo' | 'document';
  label: string;
  project_id: Id | null;
  thing: { kind: string; id: Id } | null;
  text: string | null;
  /** In bytes of UTF-8. */
  spans: { from: number; to: number }[];
  count: number;
  state: 'open' | 'gone';
}

export interface Breach {
  id: Id;
  state: 'open' | 'closed';
  kinds: string[] | null;
  from: Instant;
  until: Instant;
  aware_at: Instant;
  due_at: Instant;
  controllers_due_at: Instant | null;
  accounts: number;
  persons: number;
  risk: '' | 'none' | 'risk' | 'high';
  initial_at: Instant | null;
  final_at: Instant | null;
  no_notice: boolean;
  exempt: string;
  persons_told_at: Instant | null;
  controllers_told_at: Instant | null;
  nature: string;
  consequences: string;
  measures: string;
  reasons: string;
  version: number;
}

export type BreachStep = 'assess' | 'notify' | 'no-notice' | 'tell-controllers' | 'tell-persons' | 'exempt' | 'close';

export interface BreachDraft {
  phase: string;
  due_at: Instant;
  late: boolean;
  authority: { name: string; email: string; form: string; web: string } | null;
  title: string;
  markdown: string;
  html: string;
}

export interface Sweep {
  id: Id;
  rule: string;
  then: 'block' | 'depersonalise' | 'erase';
  people: boolean;
  state: 'done' | 'held' | 'approved';
  due: number;
  of: number;
  done: number;
  at: Instant;
}

export interface SupportGrant {
  id: Id;
  staff_email: string;
  reason: string;
  opener_id: Id;
  opened_at: Instant;
  until_at: Instant;
  ended_at: Instant | null;
  running: boolean;
}

export interface StaffMe {
  role: 'officer' | 'support' | 'administrator';
  acknowledged: boolean;
  rules_version: string;
  rules: string;
}

export interface StaffMember {
  account_id: Id;
  email: string;
  role: string;
  acknowledged: boolean;
  since: Instant;
  running_grants: number;
}
