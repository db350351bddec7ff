import { execa } from 'execa'

/** What a first visitor needs; the collector runs from its sources. */
const modes = ['tracker', 'chrome', 'firefox']

/**
 * Builds the tracker and both extensions, with `collectorUrl` as the address that they send to until told otherwise.
 * @throws {Error} with what the build printed, when one fails
 */
export async function build(collectorUrl: string, cancelSignal: AbortSignal): Promise<void> {
  const env = { WEBWATCH_COLLECTOR_URL: collectorUrl }
  for (const mode of modes)
    await execa('npx', ['vite', 'build', '--mode', mode, '--logLevel', 'error'], { env, cancelSignal, all: true }).catch((error) => {
      throw cancelSignal.aborted ? error : new Error(`The build of ${mode} failed:\n${error.all}`)
    })
}
