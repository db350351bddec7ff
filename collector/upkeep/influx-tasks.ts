import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { type Task as TaskState, TasksAPI } from '@influxdata/influxdb-client-apis'
import { hourlyBucket } from '@webwatch/metrics/aggregates.ts'
import { aggregateTasks, oldestRaw, type Task } from '@webwatch/metrics/flux/tasks.ts'
import type { InfluxConfig } from '../config.ts'
import { influxWriter } from '../sink/influx-writer.ts'
import { lateNotes } from '../sink/late-note.ts'
import { Lines } from '../sink/lines.ts'
import { ensureBucket, ensureHealthBucket } from './influx-buckets.ts'

const TIMEOUT_MS = 20_000

/** The tasks of that name, oldest first. */
async function named(tasks: TasksAPI, { organisation }: InfluxConfig, name: string): Promise<TaskState[]> {
  const found = await tasks.getTasks({ name, org: organisation })
  return (found.tasks ?? []).sort((a, b) => (a.id! < b.id! ? -1 : 1))
}

/** What a task was found to be: missing, stopped after the last run that it names, or running. */
interface Found {
  missing: boolean
  stoppedSince?: string
}

/** Creates the task, or corrects the one that is there. */
async function ensureTask(tasks: TasksAPI, config: InfluxConfig, { name, flux }: Task): Promise<Found> {
  const [known] = await named(tasks, config, name)
  if (!known) await tasks.postTasks({ body: { flux, org: config.organisation } })
  // Names of tasks are not unique: of several collectors that start at one time, each may have made one.
  const [kept, ...doubles] = await named(tasks, config, name)
  for (const { id } of doubles) {
    await tasks.deleteTasksID({ taskID: id! }).catch((error) => {
      if (!(error instanceof HttpError && error.statusCode === 404)) throw error
    })
  }
  if (!known) return { missing: true }
  await tasks.patchTasksID({ taskID: kept!.id!, body: { flux, status: 'active' } })
  // InfluxDB makes up for runs that it missed while it was away, but not for those of a task that was stopped.
  return { missing: false, ...(known.status === 'inactive' && { stoppedSince: known.latestCompleted ?? known.createdAt! }) }
}

/** Has everything since a moment (ms since the epoch) made anew. */
async function remake(config: InfluxConfig, from: number): Promise<void> {
  const now = Date.now()
  const notes = new Lines()
  for (const note of lateNotes([{ from, until: now, events: 0 }], now)) notes.add(note)
  await influxWriter(config)(notes)
}

/**
 * Sees to it that the tasks which keep the aggregates of a bucket are there, once each, active and as they should be. Where they were missing, what
 * the bucket holds already is aggregated too; where one was stopped, what came since then.
 * @returns the names of those that were missing
 */
export async function ensureTasks(config: InfluxConfig): Promise<string[]> {
  const client = new InfluxDB({ url: config.url, token: config.token, timeout: TIMEOUT_MS })
  await ensureBucket(config, hourlyBucket(config.bucket))
  await ensureHealthBucket(config)
  const tasks = new TasksAPI(client)
  const created: string[] = []
  const since: number[] = []
  for (const task of aggregateTasks(config.bucket)) {
    const { missing, stoppedSince } = await ensureTask(tasks, config, task)
    if (missing) created.push(task.name)
    if (stoppedSince !== undefined) since.push(Date.parse(stoppedSince))
  }
  if (created.length > 0) {
    const [oldest] = await client.getQueryApi(config.organisation).collectRows<{ _time: string }>(oldestRaw(config.bucket))
    if (oldest) since.push(Date.parse(oldest._time))
  }
  if (since.length > 0) await remake(config, Math.min(...since))
  return created
}

/** Runs the task that makes the aggregates of late events anew now, rather than in its turn. A bucket without tasks has no aggregates. */
export async function aggregateLateNow(config: InfluxConfig): Promise<void> {
  const tasks = new TasksAPI(new InfluxDB({ url: config.url, token: config.token, timeout: TIMEOUT_MS }))
  const { name } = aggregateTasks(config.bucket).at(-1)!
  const [task] = await named(tasks, config, name)
  if (task) await tasks.postTasksIDRuns({ taskID: task.id!, body: {} })
}
