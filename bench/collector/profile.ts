import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The part of V8's CPU profile that is read here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

const TOP = 25
/** Between two samples of a process that runs lies about 1 ms. One that was stopped meanwhile was nowhere. */
const STOPPED_US = 50_000

/** Where the main thread's time went by self time, idle left out: the share of each function, largest first. */
function topOf({ nodes, samples, timeDeltas }: CpuProfile): { where: string; '%': number }[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url ? ` ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}` : ''
      return [id, `${functionName || '(anonymous)'}${place}`]
    }),
  )
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const name = names.get(id)!
    if (name !== '(idle)' && timeDeltas[index]! < STOPPED_US) times.set(name, (times.get(name) ?? 0) + timeDeltas[index]!)
  })
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  const shares = [...times].map(([where, time]) => ({ where, '%': Number(((time / total) * 100).toFixed(1)) }))
  return shares.sort((a, b) => b['%'] - a['%']).slice(0, TOP)
}

const profiler = fileURLToPath(new URL('profiler.cjs', import.meta.url))

/** Environment of a process that leaves a profile in the directory when it ends; it begins with `startProfile`. */
export const profilingEnv = (directory: string) => ({ NODE_OPTIONS: `--require ${profiler}`, WEBWATCH_PROFILES: directory })

export const startProfile = (pid: number): void => void process.kill(pid, 'SIGUSR2')

/** Prints the top of every profile in the directory. */
export async function printProfiles(directory: string): Promise<void> {
  for (const file of await readdir(directory).catch(() => [])) {
    console.log(`where the time of ${basename(file)} goes`)
    console.table(topOf(JSON.parse(await readFile(join(directory, file), 'utf8'))))
  }
}
