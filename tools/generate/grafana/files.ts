import type { GeneratedFile } from '../generator.ts'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import { provisioning } from './provisioning.ts'
import { dashboardReference } from './reference.ts'

/** The dashboards, what Grafana reads at its start, and their reference. */
export function grafanaFiles(): GeneratedFile[] {
  return [
    ...dashboards.map((spec) => ({
      path: `grafana-dashboards/${spec.uid}.json`,
      text: `${JSON.stringify(dashboardModel(spec), null, 2)}\n`,
    })),
    ...Object.entries(provisioning).map(([path, text]) => ({ path: `grafana-dashboards/provisioning/${path}`, text })),
    { path: 'docs/dashboards.md', text: dashboardReference(dashboards) },
  ]
}
