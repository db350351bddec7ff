import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis'
import { HEALTH_RETENTION_DAYS, healthBucket } from '@webwatch/metrics/health.ts'
import type { InfluxConfig } from '../config.ts'
import { SinkUnavailable } from '../errors.ts'

const TIMEOUT_MS = 20_000
const statusOf = (error: unknown): number | undefined => (error instanceof HttpError ? error.statusCode : undefined)

/** Whether the bucket is there. InfluxDB answers 404 for a name that it does not know. */
async function hasBucket(buckets: BucketsAPI, name: string, organisation: string): Promise<boolean> {
  try {
    return ((await buckets.getBuckets({ name, org: organisation })).buckets ?? []).length > 0
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

/**
 * Creates a bucket when it is missing and the token may.
 * @param everySeconds how long it keeps its points; 0: for good
 * @throws {SinkUnavailable} when the organisation is missing
 */
export async function ensureBucket({ url, token, organisation }: InfluxConfig, name: string, everySeconds = 0): Promise<void> {
  const client = new InfluxDB({ url, token, timeout: TIMEOUT_MS })
  const buckets = new BucketsAPI(client)
  if (await hasBucket(buckets, name, organisation)) return
  const { orgs } = await new OrgsAPI(client).getOrgs({ org: organisation })
  const orgID = orgs?.[0]?.id
  if (!orgID) throw new SinkUnavailable(`InfluxDB: there is no organisation ${organisation}`)
  const retentionRules = everySeconds > 0 ? [{ type: 'expire' as const, everySeconds }] : []
  await buckets.postBuckets({ body: { orgID, name, retentionRules } }).catch((error) => {
    // Another process, or another call of this one, may have been faster.
    if (statusOf(error) !== 422) throw error
  })
}

const DAY_SECONDS = 86_400

/** Creates the bucket for what collectors say of themselves. */
export const ensureHealthBucket = (config: InfluxConfig): Promise<void> =>
  ensureBucket(config, healthBucket(config.bucket), HEALTH_RETENTION_DAYS * DAY_SECONDS)
