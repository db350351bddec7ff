import type { DashboardSpec } from '../dashboard.ts'
import { healthLines, healthStat } from '../from-metric.ts'

/** How collectors are. */
export const pipeline: DashboardSpec = {
  uid: 'webwatch-pipeline',
  title: 'Pipeline',
  description:
    'How collectors are: what they take and store, what waits, and how long things take. Collectors write these figures themselves.',
  variables: [],
  panels: [
    healthStat('accepted'),
    healthStat('stored'),
    healthStat('lag', { thresholds: { warn: 10_000, bad: 100_000 } }),
    healthStat('spool', { thresholds: { warn: 1, bad: 10_000 } }),
    healthStat('write_failures', { thresholds: { warn: 1, bad: 100 } }),
    healthStat('publish_failures', { thresholds: { warn: 1, bad: 100 } }),
    healthLines('Events', 'What goes in and what comes out.', ['accepted', 'stored', 'rejected', 'duplicates']),
    healthLines('Waiting', 'What is accepted and not stored yet.', ['lag', 'spool']),
    healthLines('Time', 'How long senders and the sink wait.', ['publish', 'write'], {
      unit: 'ms',
      empty: 'Nothing was sent or stored in this range',
    }),
    healthLines('Failures', 'What is tried again.', ['write_failures', 'publish_failures']),
    healthLines('Memory', 'What the processes hold.', ['memory', 'pending'], { unit: 'bytes' }),
    healthLines('Event loop', 'Whether the processes are overloaded.', ['loop_delay'], { unit: 's', thresholds: { warn: 0.1, bad: 0.5 } }),
  ],
}
