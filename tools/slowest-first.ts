import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, the longest first: one of these that began last would run on alone, beside an idle core. */
const slow = [
  'e2e/capture/pageview',
  'e2e/examples',
  // These two, which go through Kafka, come once it has been up for a while: on a busy machine a new one takes long to answer all.
  'e2e/main-job',
  'e2e/privacy',
  'e2e/ignore',
  'e2e/retry-after',
  'e2e/capture/content',
  'e2e/budget',
  'e2e/trace',
  'e2e/popup',
  'e2e/capture/killed',
  'e2e/teardown',
]

/** Where a file is in that list, or behind all of it. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = slow.findIndex((name) => moduleId.includes(`${name}.`))
  return place < 0 ? slow.length : place
}

/** Runs slow files first. */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b))
  }
}
