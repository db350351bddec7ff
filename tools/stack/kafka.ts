import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import getPort from 'get-port'
import { Kafka, logLevel } from 'kafkajs'
import { cached } from './cache.ts'
import { type Server, startServer } from './server.ts'
import { requireTool } from './tool.ts'

const VERSION = '4.1.0'

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>webwatch</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`

/** The class path of an Apache Kafka broker, fetched on first use. */
export async function provideKafka(): Promise<string> {
  await requireTool('java')
  const directory = await cached(`kafka-${VERSION}`, async (draft) => {
    await requireTool('mvn')
    await writeFile(join(draft, 'pom.xml'), pom)
    await execa('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs', '-DincludeScope=runtime'], {
      cwd: draft,
      stdout: 2,
      stderr: 2,
    })
  })
  return join(directory, 'libs', '*')
}

/** A further listener, for clients that reach the broker by way of something else on this machine. */
export interface Detour {
  port: number
  /** The port that such clients are told to connect to. */
  advertisedPort: number
}

/** What a broker with further listeners says of them. */
function listeners(port: number, controllerPort: number, detours: readonly Detour[]): string {
  const brokers = [
    { name: 'PLAINTEXT', port, advertisedPort: port },
    ...detours.map((detour, index) => ({ name: `DETOUR${index}`, ...detour })),
  ]
  const listening = brokers.map((broker) => `${broker.name}://127.0.0.1:${broker.port}`)
  const advertised = brokers.map((broker) => `${broker.name}://127.0.0.1:${broker.advertisedPort}`)
  const protocols = [...brokers.map(({ name }) => name), 'CONTROLLER'].map((name) => `${name}:PLAINTEXT`)
  return `listeners=${listening.join()},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${advertised.join()}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=${protocols.join()}`
}

const properties = (
  dataDir: string,
  port: number,
  controllerPort: number,
  detours: readonly Detour[],
  more: string,
) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
${listeners(port, controllerPort, detours)}
log.dirs=${join(dataDir, 'log')}
num.partitions=6
offsets.topic.replication.factor=1
offsets.topic.num.partitions=10
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
${more}
`

async function answers(broker: string): Promise<boolean> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length === 1
  } finally {
    await admin.disconnect()
  }
}

/** Without the compiler that takes longest: a start costs two thirds then. Tests make many, and give each little to do. */
const quickStart = ['-XX:TieredStopAtLevel=1']

/**
 * Starts a one-node Apache Kafka (KRaft) on loopback.
 * @param options.dataDir keeps log and configuration; a directory that was used before is used again
 * @param options.port the broker's port; a free one when left out
 * @param options.detours further listeners
 * @param options.properties further lines of its configuration
 * @param options.isMeasured it starts more slowly, and then is as fast as it can be
 */
export async function startKafka(options: {
  dataDir: string
  port?: number
  detours?: readonly Detour[]
  properties?: string
  isMeasured?: boolean
}): Promise<Server & { brokers: string }> {
  const libraries = await provideKafka()
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }))
  const config = join(options.dataDir, 'server.properties')
  const env = { KAFKA_OPTS: '' }
  const log = join(options.dataDir, 'kafka.log')
  if (!existsSync(join(options.dataDir, 'log', 'meta.properties'))) {
    await mkdir(options.dataDir, { recursive: true })
    const { detours = [], properties: more = '' } = options
    await writeFile(config, properties(options.dataDir, port, await getPort({ host: '127.0.0.1' }), detours, more))
    // One argument with its name: an id may begin with a hyphen, and alone it would then be taken for an option.
    const clusterId = randomBytes(16).toString('base64url')
    await execa('java', [...quickStart, '-cp', libraries, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', config])
  }
  const brokers = `127.0.0.1:${port}`
  const args = [
    ...(options.isMeasured ? [] : quickStart),
    '-Xmx512m',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    libraries,
    'kafka.Kafka',
    config,
  ]
  const server = await startServer({ name: 'Kafka', command: 'java', args, env, log, isUp: () => answers(brokers) })
  return Object.defineProperties({ brokers }, Object.getOwnPropertyDescriptors(server)) as Server & { brokers: string }
}
