// Runs a TypeScript program of this repository on a clone where nothing may be installed yet:
//   node tools/bootstrap.mjs tools/start/index.ts --no-browser
// Without a program it only installs.
// Plain JavaScript without dependencies, since it is what installs them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [program, ...args] = process.argv.slice(2)

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`WebWatch needs Node 20.19 or later; this is ${process.versions.node}.`)
  process.exit(1)
}

// npm's own record of what it installed does not change when only package-lock.json does, so a mark of our own tells.
const mark = join(root, 'node_modules', '.webwatch-lock')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
  console.error('Installing dependencies (npm ci) …')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(mark, wanted)
}

if (program) {
  // In this process rather than in a child, so that signals and exit codes need no passing on.
  const { register } = await import('tsx/esm/api')
  register()
  process.argv = [process.argv[0], join(root, program), ...args]
  process.chdir(root)
  await import(pathToFileURL(join(root, program)).href)
}
