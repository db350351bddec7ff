import type { Metric } from '@webwatch/events/metric.ts'
import { fluxOf } from '../flux/flux.ts'
import { frameOf, type PanelQuery } from './frame.ts'
import { append, withZero } from './text.ts'

/** One number, in one row. */
export const numberQuery = (metric: Metric, options: PanelQuery = {}): string => fluxOf(metric, frameOf(metric, options))

/** One number, which is 0 where there is none: a panel that is told its scale by another query would take that for its number. */
export const totalQuery = (metric: Metric, options: PanelQuery = {}): string => withZero(numberQuery(metric, options))

/** One number as the largest of a scale. */
export const scaleQuery = (metric: Metric, options: PanelQuery = {}): string =>
  append(numberQuery(metric, options), 'rename(columns: {_value: "max"})')
