/** The programme on the screen: geometry, rows and painting, without a framework. */
export { shading, stepOf, WorkCalendar } from './calendar';
export { circles } from './circles';
export { type Lob, type LobLine, lineOfBalance, pieceAt } from './lob';
export { kinds, Network, type StateName, states } from './network';
export { type BaselineBars, type Colours, type Ghost, header, mark, paint, type Scene, type Shown } from './paint';
export { hitLob, type LobScene, paintLob } from './paint-lob';
export { type Pen, SvgPen } from './pen';
export { type Layout, layoutRows } from './rows';
export { none, rowId, rowOfItem } from './table';
export { civilOf, day, fitted, fromCivil, fromDate, levelOf, nowIn, type Span, ticks, timeAt, Words, xOf, zoomed } from './time';
export { Gantt, type Intent } from './viewer';
