import { readCounters, readEvents, readHealth, useToken } from './collector.js'

const EVERY_MS = 2_000
const $ = (id) => document.getElementById(id)
const names = { kafka: 'Apache Kafka', embedded: 'Embedded stream', duckdb: 'Embedded store', influxdb: 'InfluxDB 2' }
const figures = [
  ['webwatch_ingest_accepted_total', 'events accepted'],
  ['webwatch_sink_stored_total', 'stored'],
  ['webwatch_ingest_duplicates_total', 'came twice, kept once'],
  ['webwatch_ingest_rejected_total', 'rejected'],
  ['webwatch_dead_letters_total', 'dead letters'],
]
let paused = false

/** Events are what strangers sent: their text becomes text, never markup. */
function element(tag, text = '', attributes = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function tile(title, ok, detail) {
  const made = element('li', '', { 'data-state': ok ? 'good' : 'bad' })
  made.append(
    element('b', title),
    element('span', ok ? 'works' : 'out of reach', { class: 'state' }),
    element('div', detail, { class: 'detail' }),
  )
  return made
}

function showHealth({ alive, parts }) {
  const tiles = Object.entries(parts).map(([part, { ok, reason }]) => tile(names[part] ?? part, ok, reason ?? ''))
  $('parts').replaceChildren(tile('Collector', alive, location.host), ...tiles)
}

function showFigures(counters) {
  $('figures').replaceChildren(
    ...figures
      .filter(([metric]) => counters.has(metric))
      .map(([metric, words]) => {
        const made = element('li')
        made.append(element('b', counters.get(metric).toLocaleString()), element('span', words))
        return made
      }),
  )
}

/** Fields that say what an event is about: the first that says anything. */
const subjects = 'target title name script_url image_url download_url video_url audio_url form_id field_id field_name'.split(' ')

const aboutOf = ({ data }) => {
  const about = subjects.map((name) => data[name]).find(Boolean)
  if (about !== undefined) return String(about)
  if (data.scroll_percentage !== undefined) return `${Math.round(data.scroll_percentage)} %`
  if (data.duration !== undefined) return `${data.duration.toFixed(1)} s`
  return data.x === undefined ? '' : `${Math.round(data.x)}, ${Math.round(data.y)}`
}

const pathOf = (url) => (URL.canParse(url) ? new URL(url).pathname : url)

function row(event) {
  const cells = [new Date(event.time).toLocaleTimeString(), event.type, aboutOf(event), event.site, pathOf(event.url)]
  const made = element('tr', '', { 'data-type': event.type })
  made.append(...cells.map((text) => element('td', text, { title: text })))
  return made
}

function showEvents({ events, locked, problem }) {
  $('token-form').hidden = !locked
  if (problem) $('nothing').textContent = problem
  if (!events) return
  $('nothing').hidden = events.length > 0
  $('arrived').hidden = events.length === 0
  $('shown').textContent = String(events.length)
  const counts = new Map()
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a)
  $('counts').replaceChildren(
    ...most.map(([type, count]) => {
      const made = element('li', type, { 'data-type': type })
      made.append(element('b', String(count)))
      return made
    }),
  )
  $('events').replaceChildren(...events.map(row))
}

async function refresh() {
  const health = await readHealth()
  showHealth(health)
  if (health.alive && !paused) {
    showFigures(await readCounters())
    showEvents(await readEvents())
  }
}

/** One round after the other, and none while nobody looks. */
async function keepFresh() {
  if (!document.hidden) await refresh().catch((error) => console.warn('The collector did not answer:', error))
  setTimeout(keepFresh, EVERY_MS)
}

$('pause').addEventListener('click', () => {
  paused = !paused
  $('pause').setAttribute('aria-pressed', String(paused))
  $('pause').textContent = paused ? 'Go on' : 'Pause'
})
$('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  useToken($('token').value)
  void refresh()
})
$('script-tag').textContent = `<script src="${location.origin}/tracker.js" data-site="${location.hostname}" async></script>`
void keepFresh()
