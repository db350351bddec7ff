import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** How to start a server, and how to see that it is up. */
export interface ServerOptions {
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  /** File that receives what the server prints. */
  log: string
  /** Resolves when the server answers; called again until it does. */
  isUp: () => Promise<boolean>
  /** Milliseconds until a start counts as failed. */
  startTimeout?: number
}

/** A server of the test stack, as a process that tests may harm. */
export interface Server {
  readonly pid: number
  /** Ends it in good order. */
  stop(): Promise<void>
  /** Ends it at once: SIGKILL. */
  kill(): Promise<void>
  pause(): void
  resume(): void
  /** Starts it again with the same data, address and options. */
  restart(): Promise<void>
}

async function waitUntilUp(child: ChildProcess, options: ServerOptions): Promise<void> {
  const deadline = Date.now() + (options.startTimeout ?? 90_000)
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${options.name} ended with code ${child.exitCode}: see ${options.log}`)
    if (await options.isUp().catch(() => false)) return
    await delay(200)
  }
  child.kill('SIGKILL')
  throw new Error(`${options.name} did not come up: see ${options.log}`)
}

async function start(options: ServerOptions): Promise<ChildProcess> {
  const child = spawn(options.command, options.args, { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const log = createWriteStream(options.log, { flags: 'a' })
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  await once(child, 'spawn')
  await waitUntilUp(child, options)
  return child
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const lastResort = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(lastResort)
}

/**
 * Starts a server and waits until it answers. It ends with this process at the latest.
 * @throws {Error} when it ends by itself or does not answer in time; the message names its log
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  let child = await start(options)
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    get pid() {
      return child.pid!
    },
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async restart() {
      await end(child, 'SIGTERM')
      child = await start(options)
    },
  }
}
