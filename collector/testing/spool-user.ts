import { setTimeout as sleep } from 'node:timers/promises'
import { openSpool } from '../bus/spool.ts'

/**
 * A program that uses the spool in the directory of its first argument until it is killed. With a name as its second argument it adds numbered
 * items and prints each once it is acknowledged, without one it drains, and prints each item before it is removed. As `reader` it only reads, without a
 * pause, and prints one line.
 */
const [directory, name] = process.argv.slice(2)
const spool = await openSpool<string>({ directory: directory!, maxBytes: 2 ** 26, sizeOf: (text) => text.length })

async function add(): Promise<never> {
  for (let number = 0; ; number++) {
    await spool.add([`${name}:${number}`])
    process.stdout.write(`${name}:${number}\n`)
  }
}

async function drain(): Promise<never> {
  for (;;) {
    const oldest = spool.oldest()
    if (oldest) {
      process.stdout.write(`${oldest.items.join('\n')}\n`)
      await oldest.remove()
    } else await sleep(1)
  }
}

function readOn(): never {
  process.stdout.write(`${spool.depth().items}\n`)
  for (;;) spool.oldest()
}

if (name === 'reader') readOn()
await (name ? add() : drain())
