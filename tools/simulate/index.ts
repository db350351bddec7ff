import { readOptions } from '../options.ts'
import type { Plan } from './plan.ts'
import { collectorDestination, type Tally } from './sender.ts'
import { simulate } from './simulation.ts'
import { storeDestination } from './store.ts'

const usage = `npm run simulate -- --rate R --seconds S [options]
Realistic visitors of a small shop, with every event type.
  --rate R       events a second (10)
  --seconds S    for how long (60)
  --days D       spreads the R x S events over the last D days instead, and sends them at once
  --url URL      the collector (http://127.0.0.1:8080)
  --key KEY      its write key
  --store        writes into the store that the collector's environment or .env names, so that D may be more than 7
  --site SITE    the site (shop.example)
  --seed N       the same seed, the same visitors
  --faults SHARE of the events go wrong: half are lost, half break their contract (0.002)
`

/** One line for a person, and the end. */
function giveUp(message: string): never {
  process.stderr.write(`simulate: ${message}\n`)
  process.exit(1)
}

const options = {
  rate: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '60' },
  days: { type: 'string', default: '0' },
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  key: { type: 'string' },
  store: { type: 'boolean', default: false },
  site: { type: 'string', default: 'shop.example' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  faults: { type: 'string', default: '0.002' },
  help: { type: 'boolean', default: false },
} as const

function number(name: string, value: string, low: number, high: number): number {
  const read = Number(value)
  if (value.trim() === '' || !(read >= low && read <= high)) giveUp(`--${name} ${value} is not a number from ${low} to ${high}`)
  return read
}

const inWords = ({ sent, accepted, duplicates, rejected, repeated }: Tally): string => {
  const refused = Object.entries(rejected).map(([code, count]) => `${count} ${code}`)
  return `${sent} events sent: ${accepted} accepted, ${duplicates} duplicates, rejected: ${refused.join(', ') || 'none'}; ${repeated} batches had to be sent again`
}

async function main(): Promise<void> {
  const given = readOptions('npm run simulate -- --help says what there is', { options }).values
  if (given.help) return void process.stdout.write(usage)
  const days = number('days', given.days, 0, 3_650)
  if (days > 7 && !given.store) giveUp('a collector takes events of the last 7 days: --days 7 at most, or --store')
  const plan: Plan = {
    site: given.site,
    seed: number('seed', given.seed, 0, 2 ** 32 - 1),
    rate: number('rate', given.rate, 0.01, 100_000),
    seconds: number('seconds', given.seconds, 1, 604_800),
    // What is exactly 7 days old when it is made up would be too old when it arrives.
    days: given.store ? days : Math.min(days, 6.99),
    faults: number('faults', given.faults, 0, 1),
    now: Date.now(),
  }
  const destination = given.store ? await storeDestination() : collectorDestination(given.url.replace(/\/+$/, ''), given.key)
  process.stdout.write(`Simulating visitors of ${plan.site} (--seed ${plan.seed}) for ${destination.name}\n`)
  let told = 0
  await simulate(plan, destination, (seconds) => {
    if (seconds < told + 10) return
    told = seconds
    process.stdout.write(`${seconds} s: ${inWords(destination.tally)}\n`)
  })
  await destination.close()
  process.stdout.write(`${inWords(destination.tally)}\n`)
}

main().then(
  () => process.exit(0),
  (error: Error) => giveUp(error.message),
)
