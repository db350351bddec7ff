import type { Capture } from '../definition.ts'
import type { custom } from './schema.ts'

/** Events of the page's own. They are the page's at that moment: what it makes of its object later changes nothing. */
export const capture: Capture<typeof custom> = ({ emit, config, signal }) =>
  config.reports.take('custom', (report) => emit(JSON.parse(JSON.stringify(report))), signal)
