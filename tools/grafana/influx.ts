import { type Frame, framesOf } from './frames.ts'

/** Where panels are to be tried. */
export interface Store {
  influxUrl: string
  influxToken: string
  influxOrganisation: string
}

const dialect = { header: true, annotations: ['datatype', 'group', 'default'], delimiter: ',' }

/** Runs a query with the header and annotations that Grafana asks for. @throws {Error} with InfluxDB's words */
export async function runFlux({ influxUrl, influxToken, influxOrganisation }: Store, query: string): Promise<Frame[]> {
  const response = await fetch(`${influxUrl}/api/v2/query?org=${encodeURIComponent(influxOrganisation)}`, {
    method: 'POST',
    headers: { authorization: `Token ${influxToken}`, 'content-type': 'application/json', accept: 'application/csv' },
    body: JSON.stringify({ query, dialect, type: 'flux' }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`InfluxDB answered ${response.status}: ${text}\n${query}`)
  return framesOf(text)
}
