import { execa } from 'execa'

/** Puts all threads that a process has now on one core, whatever else the machine has: taskset(1). Threads that they start inherit it. */
export async function onOneCore(pid: number, core: number): Promise<void> {
  await execa('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
}
