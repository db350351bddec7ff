import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pipelineEnv } from '@webwatch/collector/testing/kafka-pipeline.ts'
import { type CollectorProcess, collectorProcess } from '@webwatch/collector/testing/process.ts'
import { startInfluxDb } from '../../tools/stack/influxdb.ts'
import { startKafka } from '../../tools/stack/kafka.ts'
import type { BenchOptions } from '../benchmark.ts'
import { printProfiles, profilingEnv, startProfile } from './profile.ts'

const PARTITIONS = '6'

/** A collector in a process of its own, with its figures. */
export interface BenchCollector extends CollectorProcess {
  /** A counter or gauge without labels, or the sum over its labels. */
  metric(name: string): Promise<number>
}

/** What a part of the benchmark runs on: a directory, and what was started from it. */
export interface Workshop {
  directory: string
  /** Starts a collector and waits until it is ready. */
  collector(env: Record<string, string>): Promise<BenchCollector>
  /** Ends all of them. */
  end(): Promise<void>
}

/** A workshop with real servers. */
export interface ServedWorkshop extends Workshop {
  /** Environment of collectors that use the servers, with topics of six partitions and a bucket of their own. */
  env: Record<string, string>
  kafka: { pid: number }
  influx: { pid: number; url: string; token: string; organisation: string }
}

/** Reads one sample, or the sum of all samples of a name, from Prometheus' text format. */
function readMetric(text: string, name: string): number {
  const samples = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))]
  return samples.reduce((sum, [, value]) => sum + Number(value), 0)
}

async function ready({ url }: CollectorProcess): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    if ((await fetch(`${url}/readyz`)).ok) return
    await sleep(250)
  }
  throw new Error('the collector did not get ready')
}

/** Runs a part in a directory that is removed afterwards; collectors that it started end with it, and with `profile` it prints where their time went. */
export async function inWorkshop<Result>({ profile }: BenchOptions, run: (workshop: Workshop) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'webwatch-bench-'))
  const profiles = join(directory, 'profiles')
  const started: BenchCollector[] = []
  const workshop: Workshop = {
    directory,
    async collector(env) {
      const DATA_DIR = join(directory, `collector-${started.length}`)
      const collector = await collectorProcess({ DATA_DIR, LOG_LEVEL: 'info', ...(profile && profilingEnv(profiles)), ...env })
      const metric = async (name: string) => readMetric(await (await fetch(`${collector.url}/metrics`)).text(), name)
      const made = Object.assign(collector, { metric })
      started.push(made)
      await ready(made)
      if (profile) startProfile(made.pid)
      return made
    },
    async end() {
      // Only who ends in good order writes its profile.
      await Promise.all(started.map((collector) => (profile ? collector.stop() : collector.kill())))
    },
  }
  try {
    return await run(workshop)
  } finally {
    await workshop.end()
    if (profile) await printProfiles(profiles)
    await rm(directory, { recursive: true, force: true })
  }
}

/** The same, with a real Kafka and InfluxDB, which share the machine with everything else. */
export function withServers<Result>(options: BenchOptions, run: (workshop: ServedWorkshop) => Promise<Result>): Promise<Result> {
  return inWorkshop(options, async (workshop) => {
    const [kafka, influx] = await Promise.all([
      startKafka({ dataDir: join(workshop.directory, 'kafka'), isMeasured: true }),
      startInfluxDb({ dataDir: join(workshop.directory, 'influxdb') }),
    ])
    const { url, token, organisation } = influx
    const names = pipelineEnv({ kafkaBrokers: kafka.brokers, influxUrl: url, influxToken: token, influxOrganisation: organisation })
    try {
      return await run({ ...workshop, kafka, influx, env: { ...names, KAFKA_PARTITIONS: PARTITIONS } })
    } finally {
      await workshop.end()
      await Promise.all([kafka.kill(), influx.kill()])
    }
  })
}
