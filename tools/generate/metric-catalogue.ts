import type { Aggregate, Condition, Each, Limit, Measure, Metric, Source, Take } from '@webwatch/events/metric.ts'

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``
const entities = { page: 'page view', session: 'visit', visitor: 'visitor' } as const

function conditionText(test: Condition): string {
  if ('absent' in test) return `without ${code(test.column)}`
  return 'is' in test ? `${code(test.column)} is ${code(String(test.is))}` : `${code(test.column)} is not ${code(test.isNot)}`
}

function sourceText({ types, where = [], value, alongside = [] }: Source): string {
  const what = types.length > 3 ? 'events of every type' : types.map(code).join(', ')
  const tests = [
    ...where.map(conditionText),
    ...(alongside.length > 0 ? [`on a page with ${alongside.map(code).join(' or ')} too, whoever did it`] : []),
  ]
  const conditions = tests.length > 0 ? ` (${tests.join(' and ')})` : ''
  if (value === undefined) return what + conditions
  return `${typeof value === 'number' ? value : code(value)} of ${what}${conditions}`
}

const limitText = (limit: Limit): string => ('above' in limit ? `above ${limit.above}` : `at most ${limit.atMost}`)

function takeText(take: Take): string {
  if (typeof take === 'string') return take
  if ('distinct' in take) return `distinct ${code(take.distinct)}`
  if ('once' in take) return `part of ${code(take.once)} seen once`
  if ('share' in take) return `share that is ${limitText(take.share)}`
  return 'reach' in take ? `shares that reach ${take.reach.join(', ')}` : `histogram with bounds ${take.histogram.join(', ')}`
}

function eachText(each: Each, sources: string): string {
  const entity = entities[each.entity]
  if (each.keep === 'span') return `the seconds of each ${entity} from the first to the last of ${sources}`
  if ('column' in each) return `each ${entity}'s ${each.keep} ${code(each.column)} in ${sources}`
  return `the largest per ${entity} of ${sources}`
}

function aggregateText({ of, each, take, by = [] }: Aggregate): string {
  const sources = of.map(sourceText).join('; ')
  const broken = by.length > 0 ? `, by ${by.map(code).join(', ')}` : ''
  return `${takeText(take)} of ${each ? eachText(each, sources) : sources}${broken}`
}

function measureText(measure: Measure): string {
  if ('take' in measure) return aggregateText(measure)
  if ('ratio' in measure) return `(${aggregateText(measure.ratio)}) over (${aggregateText(measure.over)})`
  if ('stages' in measure) return measure.stages.map(({ name, measure: part }) => `${code(name)}: ${aggregateText(part)}`).join('; ')
  if ('funnel' in measure) return `steps of each ${entities[measure.funnel]}, in order`
  if ('retention' in measure) return `distinct ${code(measure.retention)} of ${sourceText(measure.of)}, by week first seen and week`
  return `${sourceText(measure.ledger)}, by page view`
}

function section({ id, title, description, unit, picture, measure, breakdowns, thresholds, latestSeconds }: Metric): string {
  const facts = [
    `- computed: ${measureText(measure)}${latestSeconds === undefined ? '' : `, in the last ${latestSeconds} seconds of the range`}`,
    `- unit: ${unit}; picture: ${picture}${thresholds ? `; worth a look from ${thresholds.warn}, bad from ${thresholds.bad}` : ''}`,
    ...(breakdowns.length > 0 ? [`- can be broken down by ${breakdowns.map(code).join(', ')}`] : []),
  ]
  return `### ${title} ${code(id)}\n\n${description}\n\n${facts.join('\n')}`
}

/** A part of the catalogue: the metrics that are stated in one place. */
export interface CatalogueChapter {
  readonly title: string
  readonly metrics: readonly Metric[]
}

/** The catalogue of all metrics, as Markdown. */
export function metricCatalogue(chapters: readonly CatalogueChapter[]): string {
  return `${[
    '# Metrics',
    '<!-- Written by `npm run generate` from the definitions in events/*/metrics.ts and metrics/. -->',
    'What WebWatch can tell, and how each number comes about. `GET /v1/query/<id>` gives it, from whichever store is configured; all numbers are the same in InfluxDB and in DuckDB, which a test shows. Range, time zone, windows, breakdowns, filters, the comparison with the period before and pages of rows are parameters: a collector explains them at `/docs`.',
    'A number for a window, or for one value of a breakdown, is what the metric would be if there were no other events. A text that is empty or missing is `(none)`. Percentiles interpolate linearly between the two nearest values. Every metric can be filtered by `site`, `url`, `device`, `browser`, `country` and `source`, and by what it can be broken down by; those of whole visits (bounce rate, entry and exit pages, referrers, campaigns) not by `url`, since of one page nobody can tell how a visit begins, ends or goes on. In InfluxDB a tag that has passed its limit of distinct values is `(other)`; DuckDB keeps them all.',
    ...chapters.flatMap(({ title, metrics }) => [`## ${title}`, ...metrics.map(section)]),
  ].join('\n\n')}\n`
}
