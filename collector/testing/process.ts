import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A collector in a process of its own, which tests may kill. */
export interface CollectorProcess {
  url: string
  pid: number
  /** SIGSTOP: it stands still until it is resumed. */
  pause(): void
  resume(): void
  /** SIGKILL: it gets no chance to finish anything. */
  kill(): Promise<void>
  /** SIGTERM. Gives the exit code and how many ms it took. */
  stop(): Promise<{ code: number | null; ms: number }>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

const built = process.env.WEBWATCH_COLLECTOR

/** What Node runs to start the collector: the build that tests are given (tools/stack/collector-build.ts), or else its source. */
export const PROGRAM: readonly string[] = built ? [built] : ['--import', import.meta.resolve('tsx'), `${root}collector/index.ts`]

async function listening(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! })
  for await (const line of lines) {
    const { url, msg } = line.startsWith('{') ? (JSON.parse(line) as { url?: string; msg?: string }) : {}
    if (msg === 'collector is listening' && url) {
      child.stdout!.resume()
      return url
    }
  }
  throw new Error(`the collector ended with code ${child.exitCode}`)
}

/**
 * Starts the collector program. Without SERVER_PORT in the environment the operating system chooses one.
 * @param place the directory whose `.env` it reads, what Node runs, and the file that gets its log
 */
export async function collectorProcess(
  env: Record<string, string>,
  { cwd = root, program = PROGRAM, log }: { cwd?: string; program?: readonly string[]; log?: string } = {},
): Promise<CollectorProcess> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', ...program], {
    cwd,
    env: { PATH: process.env.PATH, SERVER_PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (log) child.stdout!.pipe(createWriteStream(log, { flags: 'a' }))
  const dieWithUs = () => child.kill('SIGKILL')
  process.once('exit', dieWithUs)
  const url = await listening(child)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    process.off('exit', dieWithUs)
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    url,
    pid: child.pid!,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async stop() {
      const started = Date.now()
      await end('SIGTERM')
      return { code: child.exitCode, ms: Date.now() - started }
    },
  }
}
