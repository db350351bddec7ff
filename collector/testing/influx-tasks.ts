import { InfluxDB } from '@influxdata/influxdb-client'
import { TasksAPI } from '@influxdata/influxdb-client-apis'
import { aggregateTasks } from '@webwatch/metrics/flux/tasks.ts'
import { expect } from 'vitest'
import type { InfluxConfig } from '../config.ts'
import { eventually } from './eventually.ts'

export const tasksOf = ({ url, token }: InfluxConfig): TasksAPI => new TasksAPI(new InfluxDB({ url, token }))

/** Ends the tasks of a bucket that no test needs any more: they would go on every minute in the InfluxDB that all tests share. */
export async function endTasks(config: InfluxConfig): Promise<void> {
  const api = tasksOf(config)
  const { tasks } = await api.getTasks({ org: config.organisation, limit: 500 })
  for (const { id, name } of tasks!) if (name.endsWith(` of ${config.bucket}`)) await api.deleteTasksID({ taskID: id! })
}

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
