import type { TestProject } from 'vitest/node'
import { type StackAddresses, startStack } from './stack.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    stack: StackAddresses
  }
}

/** Gives integration and browser tests a real Kafka and InfluxDB: those that WEBWATCH_STACK names, or new ones. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env.WEBWATCH_STACK
  if (running) {
    project.provide('stack', JSON.parse(running))
    return undefined
  }
  const stack = await startStack()
  project.provide('stack', stack.addresses)
  return stack.stop
}
