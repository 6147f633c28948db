/** What screens may use of the store. */
export * from './away';
export {
  atLeast,
  type Commands,
  type NewPhoto,
  type PointDraft,
  type ReportDraft,
  type SettingKind,
  type Undo,
  writable,
} from './commands';
export * from './dates';
export { fold, type PointFilter, type PointSort, placePath, withBelow } from './filter';
export { type Namer, personName } from './names';
export type { PhotoSize } from './photos';
export * from './react';
