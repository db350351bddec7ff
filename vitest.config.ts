import { defineConfig } from 'vitest/config'
import SlowestFirst from './tools/slowest-first.ts'

/**
 * unit: pure code, no server, no browser. integration: real Kafka, InfluxDB and DuckDB. faults: such
 * servers of their own, which are harmed. browser: real Chromium and Firefox on top.
 * A test says by its name which it is: `x.test.ts`, `x.integration.test.ts`, `x.faults.test.ts`, `x.browser.test.ts`.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // No file leaves anything behind in the process, so that none needs one of its own.
          isolate: false,
          // Some build or lint; on a machine that has other work too, that takes its time.
          testTimeout: 60_000,
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: ['**/node_modules/**', 'dist/**', '**/*.integration.test.ts', '**/*.faults.test.ts', '**/*.browser.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          globalSetup: ['./tools/stack/vitest.ts', './tools/stack/collector-build.ts'],
          setupFiles: './collector/testing/tasks-end.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          globalSetup: ['./tools/stack/collector-build.ts', './e2e/builds.ts'],
          testTimeout: process.env.WEBWATCH_FAULTS_LONG === '1' ? 900_000 : 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          globalSetup: ['./tools/stack/vitest.ts', './tools/stack/collector-build.ts', './e2e/builds.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Most of their time is waiting: for idle visitors, for the end of a video.
          maxWorkers: 2,
          // Two browsers on two cores can be late for a test that counts seconds. What fails is tried once more, and the report says so.
          retry: 1,
        },
      },
    ],
  },
})
