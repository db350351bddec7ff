import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** The least that a Node server can do with a batch: read it, parse it, answer. */
const program = `
require('node:http').createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { events } = JSON.parse(Buffer.concat(chunks).toString())
    const answer = JSON.stringify({ accepted: events.length, duplicates: 0, rejected: [] })
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer)
  })
}).listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port) })`

/** Starts it, as the floor under what a collector in Node can reach. */
export async function bareServer(): Promise<{ url: string; pid: number; kill(): void }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const [url] = (await once(child.stdout!, 'data')) as [Buffer]
  return { url: String(url).trim(), pid: child.pid!, kill }
}
