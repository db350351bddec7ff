import { execa } from 'execa'

async function build(mode: string, env: Record<string, string>, cancelSignal: AbortSignal): Promise<void> {
  await execa('npx', ['vite', 'build', '--mode', mode, '--logLevel', 'error'], { env, cancelSignal, all: true }).catch((error) => {
    throw cancelSignal.aborted ? error : new Error(`The build of ${mode} failed:\n${error.all}`)
  })
}

/**
 * Builds the script tag, which the demo shop includes.
 * @throws {Error} with what the build printed, when it fails
 */
export const buildTracker = (cancelSignal: AbortSignal): Promise<void> => build('tracker', {}, cancelSignal)

/**
 * Builds both extensions, with `collectorUrl` as the address that they send to until told otherwise.
 * @throws {Error} with what the build printed, when one fails
 */
export async function buildExtensions(collectorUrl: string, cancelSignal: AbortSignal): Promise<void> {
  for (const mode of ['chrome', 'firefox']) await build(mode, { WEBWATCH_COLLECTOR_URL: collectorUrl }, cancelSignal)
}
