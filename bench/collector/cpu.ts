import { readFile } from 'node:fs/promises'

/** Linux counts CPU time in hundredths of a second: see proc(5) and sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100

/** CPU seconds that a process has used so far, all its threads and the kernel's work for them together. Linux only. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th values behind it.
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(values[11]) + Number(values[12])) / TICKS_PER_SECOND
}

/** CPU seconds by process. */
export type CpuSeconds<Name extends string> = Record<Name, number>

/**
 * Begins to count the CPU time of processes.
 * @returns the seconds that each has used since
 */
export async function countCpu<Name extends string>(pids: Record<Name, number>): Promise<() => Promise<CpuSeconds<Name>>> {
  const read = async () => {
    const entries = Object.entries<number>(pids)
    const seconds = await Promise.all(entries.map(([, pid]) => cpuSeconds(pid)))
    return Object.fromEntries(entries.map(([name], index) => [name, seconds[index]!])) as CpuSeconds<Name>
  }
  const before = await read()
  return async () => {
    const after = await read()
    return Object.fromEntries(
      Object.entries<number>(after).map(([name, seconds]) => [name, seconds - before[name as Name]]),
    ) as CpuSeconds<Name>
  }
}
