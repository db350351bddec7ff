export { catalogue, metricOf } from './catalogue.ts'
export { columnsInAll, commonTags } from './columns.ts'
export { type ComparedRow, periodBefore, withPrevious } from './compare.ts'
export { fluxQuery, keptFor, windowArguments } from './flux/concrete.ts'
export { fluxOf } from './flux/flux.ts'
export type { FluxFrame } from './flux/script.ts'
export {
  aggregatesOf,
  columnsOfRows,
  isOfWholeVisits,
  outlivesEvents,
  type Query,
  type Row,
  rangeOf,
  sourcesOf,
  stagesOf,
} from './query.ts'
export { readRows, sortRows } from './rows.ts'
export { sqlQuery } from './sql/sql.ts'
export { isZone, parseWindow, type Window, windowStarts } from './zone.ts'
