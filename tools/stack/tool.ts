import { execa } from 'execa'

/** Debian packages that bring the programs which the test stack is built with. */
const packages: Record<string, string> = {
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
  go: 'golang',
  cargo: 'cargo',
  make: 'make',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
}

async function isInstalled(program: string): Promise<boolean> {
  const { exitCode } = await execa('which', [program], { reject: false })
  return exitCode === 0
}

let listsAreFresh = false

async function install(debianPackage: string): Promise<void> {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, stdout: 2, stderr: 2 } as const
  if (!listsAreFresh) await execa('apt-get', ['update', '-qq'], options)
  listsAreFresh = true
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], options)
}

/**
 * Makes sure that a program is there, by apt-get where this process may use it.
 * @throws {Error} with one line that says how to get the program
 */
export async function requireTool(program: string): Promise<void> {
  if (await isInstalled(program)) return
  const debianPackage = packages[program] ?? program
  if (process.getuid?.() === 0 && (await isInstalled('apt-get'))) await install(debianPackage)
  if (!(await isInstalled(program)))
    throw new Error(`${program} is missing: install it, for instance with "apt-get install ${debianPackage}".`)
}

/**
 * The path of a library that comes with a program, to be loaded ahead of others (LD_PRELOAD).
 * @throws {Error} with one line that says how to get it
 */
export async function libraryOf(program: 'faketime'): Promise<string> {
  await requireTool(program)
  const { stdout } = await execa('find', ['/usr/lib', '/usr/lib64', '-name', `lib${program}MT.so.1`], { reject: false })
  const path = stdout.split('\n')[0]
  if (!path) throw new Error(`lib${program}MT.so.1 is missing: install it, for instance with "apt-get install lib${program}".`)
  return path
}
