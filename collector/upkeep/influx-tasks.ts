import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { TasksAPI } from '@influxdata/influxdb-client-apis'
import { aggregateTasks, hourlyBucket, oldestRaw, type Task } from '@webwatch/metrics/aggregates.ts'
import type { InfluxConfig } from '../config.ts'
import { influxWriter } from '../sink/influx-writer.ts'
import { lateNote } from '../sink/late-note.ts'
import { Lines } from '../sink/lines.ts'
import { ensureBucket, ensureHealthBucket } from './influx-buckets.ts'

const TIMEOUT_MS = 20_000

/** Ids of the tasks of that name, oldest first. */
async function idsOf(tasks: TasksAPI, { organisation }: InfluxConfig, name: string): Promise<string[]> {
  const found = await tasks.getTasks({ name, org: organisation })
  return (found.tasks ?? []).map(({ id }) => id!).sort()
}

/** Creates the task, or corrects the one that is there. @returns whether it was missing */
async function ensureTask(tasks: TasksAPI, config: InfluxConfig, { name, flux }: Task): Promise<boolean> {
  const known = await idsOf(tasks, config, name)
  if (known.length === 0) await tasks.postTasks({ body: { flux, org: config.organisation } })
  // Names of tasks are not unique: of several collectors that start at one time, each may have made one.
  const [id, ...doubles] = await idsOf(tasks, config, name)
  for (const taskID of doubles) {
    await tasks.deleteTasksID({ taskID }).catch((error) => {
      if (!(error instanceof HttpError && error.statusCode === 404)) throw error
    })
  }
  if (known.length > 0) await tasks.patchTasksID({ taskID: id!, body: { flux, status: 'active' } })
  return known.length === 0
}

/**
 * Sees to it that the tasks which keep the aggregates of a bucket are there, once each, active and as they should be. Where they were missing, what
 * the bucket holds already is aggregated too.
 * @returns the names of those that were missing
 */
export async function ensureTasks(config: InfluxConfig): Promise<string[]> {
  const client = new InfluxDB({ url: config.url, token: config.token, timeout: TIMEOUT_MS })
  await ensureBucket(config, hourlyBucket(config.bucket))
  await ensureHealthBucket(config)
  const tasks = new TasksAPI(client)
  const created: string[] = []
  for (const task of aggregateTasks(config.bucket)) if (await ensureTask(tasks, config, task)) created.push(task.name)
  if (created.length > 0) {
    const [oldest] = await client.getQueryApi(config.organisation).collectRows<{ _time: string }>(oldestRaw(config.bucket))
    if (oldest) {
      const note = new Lines()
      note.add(lateNote({ count: 0, from: Date.parse(oldest._time) }, Date.now()))
      await influxWriter(config)(note)
    }
  }
  return created
}

/** Runs the task that makes the aggregates of late events anew now, rather than in its turn. A bucket without tasks has no aggregates. */
export async function aggregateLateNow(config: InfluxConfig): Promise<void> {
  const tasks = new TasksAPI(new InfluxDB({ url: config.url, token: config.token, timeout: TIMEOUT_MS }))
  const { name } = aggregateTasks(config.bucket).at(-1)!
  const [taskID] = await idsOf(tasks, config, name)
  if (taskID) await tasks.postTasksIDRuns({ taskID, body: {} })
}
