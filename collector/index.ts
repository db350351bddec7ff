import dotenv from 'dotenv'
import { startCollector } from './collector.ts'
import { type Config, ConfigError, readConfig } from './config.ts'

/** Longest time that a stop may take, in ms. */
const STOP_WITHIN_MS = 10_000

/** One line for a person, and the end. */
function giveUp(message: string): never {
  process.stderr.write(`webwatch collector: ${message.replaceAll('\n', ' ')}\n`)
  process.exit(1)
}

function configuration(): Config {
  dotenv.config({ quiet: true })
  try {
    return readConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) return giveUp(error.message)
    throw error
  }
}

async function serve(config: Config): Promise<void> {
  const collector = await startCollector(config)
  const { log } = collector.parts
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

serve(configuration()).catch((error: Error) => giveUp(`cannot start: ${error.message}`))
