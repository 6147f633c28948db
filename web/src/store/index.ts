/** What screens may use of the store. */
export { atLeast, type Commands, type NewPhoto, type PointDraft, type SettingKind, type Undo } from './commands';
export * from './dates';
export { type PointFilter, type PointSort, placePath, withBelow } from './filter';
export type { Namer } from './names';
export type { PhotoSize } from './photos';
export * from './react';
