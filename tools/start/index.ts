import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Collector, startCollector } from '@webwatch/collector/collector.ts'
import { type Config, readConfig } from '@webwatch/collector/config.ts'
import { followKeys, loadEnvironment } from '@webwatch/collector/environment.ts'
import { explainStart } from '@webwatch/collector/start-failure.ts'
import type { Runner } from 'web-ext'
import { readOptions } from '../options.ts'
import { findBrowser, hasDisplay, openBrowser } from './browser.ts'
import { buildExtensions, buildTracker } from './build.ts'

const STOP_WITHIN_MS = 9_000
const root = join(import.meta.dirname, '../..')
const dist = join(root, 'dist')
const stopping = new AbortController()
let collector: Collector | undefined
let browser: Runner | undefined

/** Ends the browser and the collector, then this process. */
async function stop(exitCode: number): Promise<never> {
  stopping.abort()
  setTimeout(() => process.exit(exitCode || 1), STOP_WITHIN_MS).unref()
  await browser?.exit()
  await collector?.close()
  process.exit(exitCode)
}

/** Tried before anything is built or opened: a second start would otherwise trip over the store of the first. */
async function requireAddress({ host, port }: Config): Promise<void> {
  const server = createServer().listen({ host, port })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

/** As for the collector alone, but that it says less. */
function configuration(): Config {
  const environment = loadEnvironment()
  return readConfig({ ...environment, LOG_LEVEL: environment.LOG_LEVEL || 'warn' })
}

async function collect(config: Config): Promise<Collector> {
  const started = await startCollector(config)
  const { keys, log, telemetry } = started.parts
  followKeys(config, keys, log, telemetry)
  return started
}

function storage({ kafka, influx, dataDir, unused }: Config): string {
  if (kafka) return `through Kafka at ${kafka.brokers.join(', ')} into InfluxDB at ${influx?.url ?? '(none)'}.`
  const idle = unused.length > 0 ? `\nWithout KAFKA_BROKER_URL these settings are not used: ${unused.join(', ')}.` : ''
  return `into the embedded store in ${dataDir}.${idle}`
}

const byHand = `To load the extension by hand:
  Chrome, Edge   chrome://extensions, Developer mode on, Load unpacked, dist/chrome
  Firefox        about:debugging#/runtime/this-firefox, Load Temporary Add-on, dist/firefox/manifest.json`

/** Opens a window where one can appear, and says what to do there, or else what to do instead. */
async function openWindow(demo: string, wanted: boolean): Promise<string> {
  const found = wanted ? findBrowser(process.env.PATH, process.env.WEBWATCH_BROWSER) : undefined
  if (!wanted) return byHand
  if (!found) return `No Chromium, Chrome, Edge or Firefox was found.\n${byHand}`
  if (!hasDisplay()) return `There is no display here, so no browser was opened.\n${byHand}`
  try {
    browser = await openBrowser(found, dist, demo)
    browser.registerCleanup(() => {
      if (!stopping.signal.aborted) console.log(`${found.name} was closed. The collector goes on; Ctrl-C stops it.`)
    })
    return `${found.name} is open on the demo shop with the extension loaded.
Press its icon (in the menu of extensions, the puzzle piece), switch the site on, and watch what you do.`
  } catch (error) {
    return `${found.name} could not be opened with the extension: ${(error as Error).message}\n${byHand}`
  }
}

/** `npm start`: the collector, the demo shop and a browser with the extension, until Ctrl-C. */
async function main(): Promise<void> {
  const options = { 'no-browser': { type: 'boolean', default: false } } as const
  const { values } = readOptions('npm start [-- --no-browser]', { options })
  const config = configuration()
  const explain = (error: unknown): never => {
    throw new Error(explainStart(error, config))
  }
  await requireAddress(config).catch(explain)
  console.log('Building the tracker and the extension …')
  // Before anybody can open the shop, which includes it. The collector runs from its sources.
  await buildTracker(stopping.signal)
  collector = await collect(config).catch(explain)
  const url = collector.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1')
  await buildExtensions(url, stopping.signal)
  const advice = await openWindow(`${url}/demo/`, !values['no-browser'])
  console.log(`
WebWatch is running.

  Demo shop   ${url}/demo/
  Status      ${url}/
  Interface   ${url}/docs

Events go ${storage(config)}
${advice}
Ctrl-C stops everything.`)
}

process.on('SIGINT', () => void stop(0))
process.on('SIGTERM', () => void stop(0))
main().catch(async (error) => {
  if (stopping.signal.aborted) return
  console.error((error as Error).message)
  await stop(1)
})
