import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { resolve } from 'node:path'
import dotenv from 'dotenv'
import type { Logger } from 'pino'
import { type Config, ConfigError, demandWriteKeys, readConfig } from './config.ts'
import type { Keyring } from './ingest/keys.ts'
import type { Telemetry } from './telemetry.ts'

type Environment = Readonly<Record<string, string | undefined>>

const FILE = resolve('.env')
const LOOK_EVERY_MS = 1_000

const own: Environment = { ...process.env }

/** The environment of this process, and behind it what the `.env` file says now. */
function readEnvironment(): Environment {
  try {
    return { ...dotenv.parse(readFileSync(FILE)), ...own }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return own
    throw new ConfigError(`.env cannot be read: ${(error as Error).message}`)
  }
}

/**
 * Reads the environment and the `.env` file beside which the collector was started. Libraries that read the environment themselves find both.
 * @throws {ConfigError} when the file is there and cannot be read
 */
export function loadEnvironment(): Environment {
  const environment = readEnvironment()
  Object.assign(process.env, environment)
  return environment
}

/**
 * Puts new keys in force when the `.env` file changes, or on SIGHUP; keys that make no sense change nothing. All other settings wait for
 * the next start. The answer ends it.
 * @param running where it listens. A file that is gone or half written would say something else, and then no key at all would make sense
 */
export function followKeys(running: Config, keys: Keyring, log: Logger, telemetry: Telemetry): () => void {
  const reload = (): void => {
    try {
      const { keys: next } = readConfig(readEnvironment())
      demandWriteKeys(running, next)
      keys.replace(next)
      telemetry.keyReloads.inc({ outcome: 'replaced' })
      log.info({ write: next.write.length, read: next.read.length, admin: next.admin.length }, 'the keys were read again')
    } catch (error) {
      telemetry.keyReloads.inc({ outcome: 'refused' })
      log.error({ reason: (error as Error).message }, 'the keys stay as they were')
    }
  }
  // Looking at the file, rather than watching it, also sees files that are replaced and mounted secrets.
  watchFile(FILE, { interval: LOOK_EVERY_MS, persistent: false }, reload)
  process.on('SIGHUP', reload)
  return () => {
    unwatchFile(FILE, reload)
    process.off('SIGHUP', reload)
  }
}
