import { expect, it } from 'vitest'
import { readOptions, UsageError } from './options.ts'

const usage = 'npm run thing -- [NAME…] [--check] [--seed N]'
const read = (...args: string[]) =>
  readOptions(usage, { args, allowPositionals: true, options: { check: { type: 'boolean', default: false }, seed: { type: 'string' } } })

it('gives options and names', () => {
  const { values, positionals } = read('one', '--check', '--seed', '7', 'two')
  expect(values).toEqual({ check: true, seed: '7' })
  expect(positionals).toEqual(['one', 'two'])
})

it.each([
  ['an option that there is not', ['--chek'], `Unknown option '--chek': ${usage}`],
  ['a number that is missing', ['--seed'], `Option '--seed <value>' argument missing: ${usage}`],
  ['an option in the place of a number', ['--seed', '--check'], `Option '--seed' argument is ambiguous: ${usage}`],
  ['a value for what takes none', ['--check=yes'], `Option '--check' does not take an argument: ${usage}`],
])('refuses %s, in one line that says how it is called', (_name, args, line) => {
  expect(() => read(...args)).toThrow(new UsageError(line))
})

it('refuses a name where there are none', () => {
  const withoutNames = () => readOptions('npm start', { args: ['no-browser'], options: {} })
  expect(withoutNames).toThrow(new UsageError("Unexpected argument 'no-browser': npm start"))
})
