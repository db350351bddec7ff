import { execa } from 'execa'
import { readOptions } from './options.ts'
import { requireTool } from './stack/tool.ts'

/** `npm run test:faults [-- --long] [--seed N] [NAME…]`: the fault tests alone; NAME picks scenarios. */
async function main(): Promise<number> {
  const { values, positionals } = readOptions('npm run test:faults [-- --long] [--seed N] [NAME…]', {
    options: { long: { type: 'boolean', default: false }, seed: { type: 'string' } },
    allowPositionals: true,
  })
  if (values.seed !== undefined && !/^\d{1,10}$/.test(values.seed)) throw new Error(`--seed ${values.seed} is not a whole number`)
  await requireTool('chromium')
  const env = { ...(values.long && { WEBWATCH_FAULTS_LONG: '1' }), ...(values.seed && { WEBWATCH_FAULTS_SEED: values.seed }) }
  const names = positionals.length > 0 ? ['--testNamePattern', positionals.join(' ')] : []
  const { exitCode } = await execa('npx', ['vitest', 'run', '--project', 'faults', '--reporter', 'verbose', ...names], {
    stdio: 'inherit',
    reject: false,
    env,
  })
  return exitCode ?? 1
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message)
  return 1
})
