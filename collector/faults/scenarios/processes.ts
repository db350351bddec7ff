import { setTimeout as sleep } from 'node:timers/promises'
import { aMoment, type Scenario } from '../scenario.ts'

/** Processes that die, stand still, or are replaced. */
export const processes: readonly Scenario[] = [
  {
    name: 'kill -9 of ingest, of the sink, of both',
    async strike({ stand: { ingest, sink }, dice, strength: { rounds } }) {
      for (let round = 0; round < rounds; round++) {
        for (const victims of dice.shuffled([[ingest], [sink], [ingest, sink]])) {
          await Promise.all(victims.map((part) => part.kill()))
          await aMoment(dice)
          await Promise.all(victims.map((part) => part.restart()))
          await aMoment(dice)
        }
      }
    },
  },
  {
    name: 'kill -9 and a slow start of Kafka',
    async strike({ stand: { kafka }, dice, strength: { rounds, outageMs } }) {
      for (let round = 0; round < rounds; round++) {
        await kafka.kill()
        await sleep(outageMs)
        await kafka.restart()
        await aMoment(dice)
      }
    },
  },
  {
    name: 'kill -9 and a slow start of InfluxDB',
    async strike({ stand: { influx }, dice, strength: { rounds, outageMs } }) {
      for (let round = 0; round < rounds; round++) {
        await influx.kill()
        await sleep(outageMs)
        await aMoment(dice)
        await influx.restart()
        await aMoment(dice)
      }
    },
  },
  {
    name: 'a pause of each part (SIGSTOP)',
    async strike({ stand: { ingest, sink, kafka, influx }, dice, strength: { pauseMs, pausedTogether } }) {
      const parts = dice.shuffled([ingest, sink, kafka, influx])
      while (parts.length > 0) {
        const paused = parts.splice(0, pausedTogether)
        for (const part of paused) part.pause()
        await sleep(pauseMs)
        for (const part of paused) part.resume()
        await aMoment(dice)
      }
    },
  },
  {
    name: 'a stop of the collectors while Kafka and InfluxDB stand still',
    async strike({ stand: { ingest, sink, kafka, influx }, dice }) {
      kafka.pause()
      influx.pause()
      await aMoment(dice)
      // A stop fails here when it takes more than 10 s.
      await Promise.all([ingest.stop(), sink.stop()]).finally(() => {
        kafka.resume()
        influx.resume()
      })
      await Promise.all([ingest.restart(), sink.restart()])
    },
  },
  {
    name: 'sinks that join and leave',
    async strike({ stand, dice, strength: { rounds } }) {
      for (let round = 0; round < rounds; round++) {
        const others = [await stand.collector('sink'), await stand.collector('sink')]
        await sleep(dice.between(500, 2_500))
        for (const other of dice.shuffled(others)) {
          await (dice.percent(50) ? other.stop() : other.kill())
          await aMoment(dice)
        }
      }
    },
  },
  {
    name: 'a rolling restart of everything',
    async strike({ stand: { ingest, sink, kafka, influx }, dice, strength: { rounds } }) {
      for (let round = 0; round < rounds; round++) {
        for (const part of dice.shuffled([ingest, sink, kafka, influx])) {
          await part.stop()
          await part.restart()
          await aMoment(dice)
        }
      }
    },
  },
]
