import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where builds of the extension are kept for the tests of one run. */
    builds: string
  }
}

/** Makes room for the builds of one run, and removes them after it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const builds = await mkdtemp(join(tmpdir(), 'webwatch-builds-'))
  project.provide('builds', builds)
  return () => rm(builds, { recursive: true, force: true })
}
