/** Our thin layer over Mantine. */
export { LinkButton } from './LinkButton';
export { later, type Opener, Opening, useBegin } from './opening';
export { Page, Panel, Section, Sheet } from './Page';
export { PersonChip } from './PersonChip';
export { StatusMark, StatusTag, shapePath, statusColours } from './StatusTag';
export { SyncLight, SyncPill, useSyncText } from './SyncLight';
export { EmptyState, ErrorState, Skeleton, useDelayed } from './states';
export { forgetUndo, remember, toast, undoLast } from './toast';
