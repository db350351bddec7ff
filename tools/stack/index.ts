import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type StackAddresses, startStack } from './stack.ts'

const PORTS = { kafka: 9092, influx: 8086 }
const composeFile = fileURLToPath(new URL('../../deploy/compose.yaml', import.meta.url))

/** `npm run stack`: Kafka and InfluxDB for development, until Ctrl-C. */
async function main(): Promise<void> {
  const docker = await execa('docker', ['info'], { reject: false })
  const stack = docker.exitCode === 0 ? await startContainers() : await startStack(PORTS)
  print(stack.addresses)
  await new Promise<void>((resolve) => {
    process.on('SIGINT', resolve)
    process.on('SIGTERM', resolve)
  })
  console.log('\nStopping Kafka and InfluxDB.')
  await stack.stop()
}

async function startContainers() {
  const compose = (...args: string[]) => execa('docker', ['compose', '-f', composeFile, ...args], { stdio: 'inherit' })
  await compose('up', '--detach', '--wait', 'kafka', 'influxdb')
  const addresses: StackAddresses = {
    kafkaBrokers: `127.0.0.1:${PORTS.kafka}`,
    influxUrl: `http://127.0.0.1:${PORTS.influx}`,
    influxToken: 'webwatch-development-token',
    influxOrganisation: 'webwatch',
  }
  return { addresses, stop: async () => void (await compose('stop', 'kafka', 'influxdb')) }
}

function print(addresses: StackAddresses): void {
  console.log(`Kafka:    ${addresses.kafkaBrokers}
InfluxDB: ${addresses.influxUrl}

To let the collector use them, put this into .env:
KAFKA_BROKER_URL=${addresses.kafkaBrokers}
INFLUX_URL=${addresses.influxUrl}
INFLUX_TOKEN=${addresses.influxToken}
INFLUX_ORGANISATION=${addresses.influxOrganisation}
INFLUX_BUCKET=analytics

Ctrl-C stops both.`)
}

await main().catch((error: Error) => {
  console.error(`The stack did not start: ${error.message}`)
  process.exitCode = 1
})
