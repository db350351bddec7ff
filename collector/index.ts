import { pino } from 'pino'
import { replayDeadLetters } from './bus/dead-letters.ts'
import { startCollector } from './collector.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { followKeys, loadEnvironment } from './environment.ts'

/** Longest time that a stop may take, in ms. */
const STOP_WITHIN_MS = 10_000

/** One line for a person, and the end. */
function giveUp(message: string): never {
  process.stderr.write(`webwatch collector: ${message.replaceAll('\n', ' ')}\n`)
  process.exit(1)
}

function configuration(): Config {
  try {
    return readConfig(loadEnvironment())
  } catch (error) {
    if (error instanceof ConfigError) return giveUp(error.message)
    throw error
  }
}

async function serve(config: Config): Promise<void> {
  const collector = await startCollector(config)
  const { log, keys, telemetry } = collector.parts
  followKeys(keys, log, telemetry)
  log.info({ url: collector.url, role: config.role, bus: config.kafka ? 'kafka' : 'embedded' }, 'collector is listening')
  let stops = 0
  const stop = async (signal: NodeJS.Signals) => {
    if (stops++ > 0) return
    log.info({ signal }, 'collector stops')
    setTimeout(() => giveUp(`did not stop within ${STOP_WITHIN_MS / 1000} s`), STOP_WITHIN_MS).unref()
    await collector.close()
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

function run([command, ...options]: readonly string[]): Promise<void> {
  if (command === undefined) return serve(configuration())
  if (command === 'replay-dead-letters') return replay(configuration(), options)
  return giveUp(`${command} is not a command: there is only replay-dead-letters [--dry-run]`)
}

run(process.argv.slice(2)).catch((error: Error) => giveUp(`cannot go on: ${error.message}`))
