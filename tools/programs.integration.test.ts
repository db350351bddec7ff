import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

it.concurrent.each<[program: string, args: string[], said: string]>([
  ['tools/start/index.ts', ['--nobrowser'], "Unknown option '--nobrowser': npm start [-- --no-browser]"],
  ['tools/generate/index.ts', ['--chek'], "Unknown option '--chek': npm run generate [-- --check]"],
  ['tools/simulate/index.ts', ['--stor'], "simulate: Unknown option '--stor': npm run simulate -- --help says what there is"],
  ['tools/faults.ts', ['--lnog'], "Unknown option '--lnog': npm run test:faults [-- --long] [--seed N] [NAME…]"],
  ['bench/index.ts', ['collector', '--lnog'], "Unknown option '--lnog': npm run bench -- NAME [PART…] [--long] [--profile]"],
  [
    'tools/test.ts',
    ['integraton'],
    'integraton is none of the projects integration, browser, faults, unit. Some files alone: npx vitest run --project browser e2e/switch\n0 passed, 1 failed',
  ],
])('%s does nothing when it is called with %j, and says so', async (program, args, said) => {
  const { all, exitCode } = await execa('node', ['--import', 'tsx', program, ...args], { cwd: root, all: true, reject: false })
  expect(all).toBe(said)
  expect(exitCode).toBe(1)
})
