import { pino } from 'pino'
import { replayDeadLetters } from './bus/dead-letters.ts'
import { startCollector } from './collector.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { within } from './deadline.ts'
import { followKeys, loadEnvironment } from './environment.ts'
import { explainStart } from './start-failure.ts'
import { startTracing } from './tracing.ts'

/** Longest time that a stop may take, in ms. */
const STOP_WITHIN_MS = 10_000
/** Longest time that a stop waits for what takes the traces, in ms. */
const TRACES_WITHIN_MS = 2_000

/** One line for a person, and the end. */
function giveUp(message: string): never {
  process.stderr.write(`webwatch collector: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`)
  process.exit(1)
}

async function serve(config: Config): Promise<void> {
  const stopTracing = await startTracing(process.env)
  const collector = await startCollector(config).catch((error) => giveUp(explainStart(error, config)))
  const { log, keys, telemetry } = collector.parts
  followKeys(config, keys, log, telemetry)
  if (config.unused.length > 0) {
    log.warn(
      { settings: config.unused },
      'these settings are not used: without KAFKA_BROKER_URL events are stored in DuckDB, in DATA_DIR; set it to use Kafka and InfluxDB',
    )
  }
  log.info({ url: collector.url, role: config.role, bus: config.kafka ? 'kafka' : 'embedded' }, 'collector is listening')
  let stops = 0
  const stop = async (signal: NodeJS.Signals) => {
    if (stops++ > 0) return
    log.info({ signal }, 'collector stops')
    setTimeout(() => giveUp(`did not stop within ${STOP_WITHIN_MS / 1000} s`), STOP_WITHIN_MS).unref()
    await collector.close()
    await within(TRACES_WITHIN_MS, stopTracing()).catch((error: Error) => log.warn({ reason: error.message }, 'traces were lost'))
    log.info('collector has stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** `replay-dead-letters [--dry-run]`. */
async function replay(config: Config, options: readonly string[]): Promise<void> {
  const unknown = options.find((option) => option !== '--dry-run')
  if (unknown) giveUp(`${unknown} is not an option of replay-dead-letters: only --dry-run is`)
  if (!config.kafka) return giveUp('replay-dead-letters needs KAFKA_BROKER_URL: the embedded pipeline has no dead letters')
  const dryRun = options.includes('--dry-run')
  const { found, replayed, left } = await replayDeadLetters(config.kafka, pino({ level: config.logLevel }), dryRun)
  const verb = dryRun ? 'would be put back' : 'were put back'
  process.stdout.write(`${found} dead letters: ${replayed} ${verb}, ${left} are not events and stay\n`)
}

async function run([command, ...options]: readonly string[]): Promise<void> {
  const config = readConfig(loadEnvironment())
  if (command === undefined) return serve(config)
  if (command === 'replay-dead-letters') return replay(config, options)
  return giveUp(`${command} is not a command: there is only replay-dead-letters [--dry-run]`)
}

run(process.argv.slice(2)).catch((error: Error) => giveUp(error instanceof ConfigError ? error.message : `cannot go on: ${error.message}`))
