import { marks } from '../flux/figures.ts'
import { ANOMALIES_MEASUREMENT, DEPLOYMENTS_MEASUREMENT } from '../health.ts'
import { healthFrame } from './health.ts'
import { type FilterVariable, filterOf } from './variables.ts'

/** Annotations: when something was deployed on the sites that are chosen, the starts of collectors included. */
export const deploymentsQuery = (filters: readonly FilterVariable[] = []): string =>
  marks(DEPLOYMENTS_MEASUREMENT, {
    ...healthFrame(),
    filters: filters.map((variable) => `(${filterOf(variable)} or r["${variable}"] == "(collector)")`),
  })
/** Annotations: when collectors noticed that something was wrong. */
export const anomaliesQuery = marks(ANOMALIES_MEASUREMENT, healthFrame())
