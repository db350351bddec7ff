import { figureNumber, figureRows, figureSeries, figureShare, figureTable } from '../flux/figures.ts'
import type { FluxFrame } from '../flux/script.ts'
import { type HealthFigure, healthFigures, LOSSES_MEASUREMENT, loss, refusals } from '../health.ts'
import { BUCKET, type FilterVariable, filterOf, WINDOW, WINDOW_IMPORTS } from './variables.ts'

const HEALTH_BUCKET = `${BUCKET} + "_health"`

/** Where figures of collectors are read. */
export const healthFrame = (filters: readonly FilterVariable[] = []): FluxFrame => ({
  bucket: HEALTH_BUCKET,
  start: 'v.timeRangeStart',
  stop: 'v.timeRangeStop',
  filters: filters.map(filterOf),
})
const overTime = (frame: FluxFrame): FluxFrame => ({ ...frame, window: WINDOW, imports: WINDOW_IMPORTS })

/** The part of captured events that is missing from the store, from 0 to 1; nothing where nothing was captured. */
export const lossShare = (filters?: readonly FilterVariable[]): string => figureShare(loss, healthFrame(filters))

/** The same over time, for each site. */
export const lossSeries = (filters?: readonly FilterVariable[]): string => figureShare(loss, overTime(healthFrame(filters)))

/** What was captured, stored and missing, as rows: site, captured, stored, missing. */
export const lossRows = (filters?: readonly FilterVariable[]): string =>
  figureTable(LOSSES_MEASUREMENT, loss.by, ['captured', 'stored', 'missing'], healthFrame(filters))

/** @throws {Error} when collectors tell no such figure: a dashboard is wrong */
export function healthFigure(field: string): HealthFigure {
  const figure = healthFigures.find((candidate) => candidate.field === field)
  if (!figure) throw new Error(`collectors tell no ${field}`)
  return figure
}

/** A figure of all collectors over time. @param name of the series, in the column `figure` */
export const healthSeries = (field: string, name?: string): string => figureSeries(healthFigure(field), overTime(healthFrame()), name)

/** A figure of all collectors as one number. */
export const healthNumber = (field: string): string => figureNumber(healthFigure(field), healthFrame())

/** Events that were not taken or not stored over time, by code. */
export const refusalSeries = figureSeries(refusals, overTime(healthFrame()))

/** The same as rows: kind, code and value. */
export const refusalRows = figureRows(refusals, healthFrame())
