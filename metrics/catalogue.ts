import { metricsOfTypes } from '@webwatch/events/generated/metrics.ts'
import type { Metric } from '@webwatch/events/metric.ts'
import { journeys } from './journeys.ts'
import { ledger } from './ledger.ts'
import { live } from './live.ts'

/** Every metric: those of each event type, in the order of the types, and those about all of them. */
export const catalogue: readonly Metric[] = [...Object.values(metricsOfTypes).flat(), ...live, ...journeys, ...ledger]

const byId = new Map(catalogue.map((metric) => [metric.id, metric]))

/** The metric of a name, or undefined. */
export const metricOf = (id: string): Metric | undefined => byId.get(id)

/**
 * The metric of a name.
 * @throws {Error} when no metric has it: a dashboard is wrong
 */
export function theMetric(id: string): Metric {
  const metric = metricOf(id)
  if (!metric) throw new Error(`no metric is called ${id}: one of ${catalogue.map(({ id: known }) => known).join(', ')}`)
  return metric
}
