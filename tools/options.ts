import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A program was called with what it does not know. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Reads what a program of this repository is called with. What it does not know must not pass: whoever mistypes `--check` would get what happens without it.
 * @param usage how the program is called
 * @throws {UsageError} in one line
 */
export function readOptions<Config extends ParseArgsConfig>(usage: string, config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // What Node says after the first sentence is how to pass on what begins with a dash, which nobody here means.
    const [why] = (error as Error).message.split(/\.\s/)
    throw new UsageError(`${why}: ${usage}`)
  }
}
