/** The plan viewer and the sheets kept on the device. No framework in here. */

export {
  forgetSheet,
  forgetSheets,
  openArchive,
  type Saved,
  SaveError,
  type SaveFailure,
  SheetArchive,
  savedSheets,
  saveSheet,
  sheetTiles,
} from './archive';
export { ADDED, differenceTiles, REMOVED, warpedTiles } from './compare';
export { apply, invert, lookFromText, lookToText, rounded } from './geometry';
export { inkOn } from './pins';
export { areaOf, lengthOf, linkAt, metresPerUnit, moved, placesOf, roomAt } from './survey';
export * from './types';
export { type PlanOptions, PlanViewer } from './viewer';
