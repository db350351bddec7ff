import { InfluxDB } from '@influxdata/influxdb-client'
import { TasksAPI } from '@influxdata/influxdb-client-apis'
import { aggregateTasks } from '@webwatch/metrics/flux/tasks.ts'
import { expect } from 'vitest'
import type { InfluxConfig } from '../config.ts'
import { eventually } from './eventually.ts'

export const tasksOf = ({ url, token }: InfluxConfig): TasksAPI => new TasksAPI(new InfluxDB({ url, token }))

/** Runs one of a bucket's tasks now, to its end. */
export async function runTask(config: InfluxConfig, which: 'minutes' | 'hours' | 'views' | 'losses' | 'late events'): Promise<void> {
  const api = tasksOf(config)
  const { name } = aggregateTasks(config.bucket).find((task) => task.name.includes(` ${which} `))!
  const { tasks } = await api.getTasks({ name, org: config.organisation })
  const taskID = tasks![0]!.id!
  const { id } = await api.postTasksIDRuns({ taskID, body: {} })
  const run = await eventually(
    () => api.getTasksIDRunsID({ taskID, runID: id! }),
    ({ status }) => expect(['success', 'failed']).toContain(status),
    60_000,
  )
  if (run.status === 'failed') throw new Error(JSON.stringify((await api.getTasksIDRunsIDLogs({ taskID, runID: id! })).events))
}
