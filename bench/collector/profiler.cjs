// Loaded into a collector by --require: profiles from SIGUSR2 on, so that its start is left out, and writes the profile when the process ends.
const { Session } = require('node:inspector')
const { mkdirSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const directory = process.env.WEBWATCH_PROFILES
const session = new Session()

process.once('SIGUSR2', () => {
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  process.once('exit', () => {
    session.post('Profiler.stop', (error, result) => {
      if (error) return
      mkdirSync(directory, { recursive: true })
      writeFileSync(join(directory, `${process.env.COLLECTOR_ROLE ?? 'all'}-${process.pid}.cpuprofile`), JSON.stringify(result.profile))
    })
  })
})
