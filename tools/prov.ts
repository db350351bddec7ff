import { provideInfluxDb } from '/work/wt/lead/tools/stack/influxdb.ts'
import { provideKafka } from '/work/wt/lead/tools/stack/kafka.ts'

const t = Date.now()
console.log(await provideKafka(), Date.now() - t)
console.log(await provideInfluxDb(), Date.now() - t)
