import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Collector, startCollector } from '@webwatch/collector/collector.ts'
import { type Config, readConfig } from '@webwatch/collector/config.ts'
import getPort from 'get-port'
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

/** Asked before anything is opened: a second start would otherwise trip over the store of the first. */
async function requirePort({ host, port }: Config): Promise<void> {
  if (port === 0 || (await getPort({ host, port })) === port) return
  throw new Error(`Port ${port} is taken by another program. Choose another one: SERVER_PORT=8090 npm start`)
}

/** The environment wins over `.env`, as for the collector alone. */
function configuration(): Config {
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
  process.env.LOG_LEVEL ??= 'warn'
  return readConfig(process.env)
}

const storage = ({ kafka, influx, dataDir }: Config) =>
  kafka
    ? `through Kafka at ${kafka.brokers.join(', ')} into InfluxDB at ${influx?.url ?? '(none)'}`
    : `into the embedded store in ${dataDir}`

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
  await requirePort(config)
  console.log('Building the tracker and the extension …')
  // Before anybody can open the shop, which includes it. The collector runs from its sources.
  await buildTracker(stopping.signal)
  collector = await startCollector(config)
  const url = collector.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1')
  await buildExtensions(url, stopping.signal)
  const advice = await openWindow(`${url}/demo/`, !values['no-browser'])
  console.log(`
WebWatch is running.

  Demo shop   ${url}/demo/
  Status      ${url}/
  Interface   ${url}/docs

Events go ${storage(config)}.
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
