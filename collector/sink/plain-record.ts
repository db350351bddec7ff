import { type AnyEventType, eventTypes } from '@webwatch/events'
import type { EventDefinition } from '@webwatch/events/definition.ts'
import { fnv1aOfBytes, PLACE_DIGITS, placeOfId } from '@webwatch/events/point-time.ts'
import { INSTANT } from '@webwatch/events/visit.ts'
import { isInteger, ObjectScan } from './json-scan.ts'
import { type FieldKind, fieldsOf, lineOf, taggable } from './line-protocol.ts'
import type { Lines } from './lines.ts'
import { isWholeRecord } from './whole-record.ts'

const texts = ['id', 'type', 'site', 'url', 'page', 'session', 'visitor', 'route', 'source', 'device', 'browser', 'os', 'country'] as const
const integers = ['time', 'seq', 'receivedAt'] as const
/** Marks that only few records have, and that need more than copying. */
const marks = ['skew', 'receipts', 'overflow'] as const
const names = [...texts, ...integers, ...marks, 'data'] as const
type Name = (typeof names)[number]

const record = new ObjectScan(names)
const at = Object.fromEntries(names.map((name, index) => [name, index])) as Record<Name, number>
const placesOf = (some: readonly Name[]): number[] => some.map((name) => at[name])
const textPlaces = placesOf(texts)
const integerPlaces = placesOf(integers)
const markPlaces = placesOf(marks)
/** Whatever becomes a tag, apart from the target. */
const tagPlaces = placesOf(['type', 'site', 'route', 'device', 'browser', 'country', 'source'])

const bytesOf = (text: string) => Buffer.from(text)
const headEnd = ' count=1i,id='
/** What follows the id, and what it is called in a line; a number that needs a mark gets it with the next label. */
const copied = placesOf(['seq', 'session', 'visitor', 'page', 'url', 'os', 'receivedAt'])
const labels = [',seq=', 'i,session=', ',visitor=', ',page=', ',href=', ',os=', ',received_at='].map(bytesOf)
const SPACE = 0x20
const INTEGER_MARK = 0x69

/** How the data of one event type is copied. */
interface DataForm {
  scan: ObjectScan
  /** In the order of a line. */
  fields: readonly { index: number; kind: FieldKind; label: Buffer }[]
  /** Place of the target in the scan, if the type has one as a tag. */
  target: number | undefined
  tellsVisit: boolean
}

function formOf(definition: AnyEventType): DataForm {
  const fields = fieldsOf(definition)
  const { targetTag: hasTarget = false, tellsVisit = false } = definition as EventDefinition
  return {
    scan: new ObjectScan([...fields.map(({ name }) => name), ...(hasTarget ? ['target'] : [])]),
    fields: fields.map(({ name, kind }, index) => ({ index, kind, label: bytesOf(`,${name}=`) })),
    target: hasTarget ? fields.length : undefined,
    tellsVisit,
  }
}
const forms = new Map<string, DataForm>(eventTypes.map((definition) => [definition.type, formOf(definition)]))

/** The beginning of a line, up to the id, with the JSON that it was made of. */
interface Head {
  json: Buffer
  /** Where in that JSON the values are, of which the head is made. */
  starts: Int32Array
  ends: Int32Array
  bytes: Buffer
}

const heads = new Map<number, Head>()
const MAX_HEADS = 20_000
/** Records of one page come in a row. */
let lastHead: Head | undefined
/** Where the values of the record at hand are, of which its head is made; the last one is the target's. */
const tagStarts = new Int32Array(tagPlaces.length + 1)
const tagEnds = new Int32Array(tagPlaces.length + 1)

function locateTags({ scan, target }: DataForm): void {
  for (let tag = 0; tag < tagPlaces.length; tag++) {
    tagStarts[tag] = record.starts[tagPlaces[tag]!]!
    tagEnds[tag] = record.ends[tagPlaces[tag]!]!
  }
  const hasTarget = target !== undefined && scan.starts[target]! >= 0
  tagStarts[tagPlaces.length] = hasTarget ? scan.starts[target]! : 0
  tagEnds[tagPlaces.length] = hasTarget ? scan.ends[target]! : 0
}

/** Whether the head is of the values that were located. */
function fits(head: Head, json: Buffer): boolean {
  for (let tag = 0; tag < tagStarts.length; tag++) {
    const start = tagStarts[tag]!
    const length = tagEnds[tag]! - start
    const other = head.starts[tag]!
    if (head.ends[tag]! - other !== length) return false
    for (let place = 0; place < length; place++) if (head.json[other + place] !== json[start + place]) return false
  }
  return true
}

/** The value of JSON, or undefined for what is none: the scan does not look into what is nested, nor at what follows a backslash. */
function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The beginning of a line as `lineOf` makes it, or undefined when a tag cannot hold its value as it is, which then is kept as a field too. */
function makeHead(json: Buffer, { target }: DataForm): Buffer | undefined {
  const parsed = parse(json)
  // A name with escapes in it is one to JSON.parse, and none to the scan.
  if (!isWholeRecord(parsed)) return undefined
  const tags = target === undefined ? [parsed.site] : [parsed.site, parsed.data.target]
  if (!tags.every((value) => value === undefined || (typeof value === 'string' && taggable(value) === value))) return undefined
  const line = lineOf(parsed)
  // Spaces within tags are escaped, so this is the first that is not.
  return bytesOf(line.slice(0, line.indexOf(headEnd) + headEnd.length))
}

function headOf(json: Buffer, form: DataForm): Buffer | undefined {
  locateTags(form)
  if (lastHead && fits(lastHead, json)) return lastHead.bytes
  let hash: number | undefined
  for (let tag = 0; tag < tagStarts.length; tag++) hash = fnv1aOfBytes(json, tagStarts[tag]!, tagEnds[tag]!, hash)
  const known = heads.get(hash!)
  if (known && fits(known, json)) {
    lastHead = known
    return known.bytes
  }
  const bytes = makeHead(json, form)
  if (!bytes) return undefined
  if (heads.size >= MAX_HEADS) heads.clear()
  lastHead = { json: Buffer.from(json), starts: tagStarts.slice(), ends: tagEnds.slice(), bytes }
  heads.set(hash!, lastHead)
  return bytes
}

/** Whether the value may be copied into a field of this kind as it is. */
function isCopyable(json: Buffer, scan: ObjectScan, index: number, kind: FieldKind): boolean {
  const start = scan.starts[index]!
  const first = json[start]!
  if (kind === 'string') return scan.isPlainText(json, index)
  if (kind === 'integer') return isInteger(json, start, scan.ends[index]!)
  if (kind === 'boolean') return first === 0x74 || first === 0x66
  return kind === 'number' && (first === 0x2d || (first >= 0x30 && first <= 0x39))
}

/** Scans the record and its data. @returns the form of its data, or undefined when something in it is not plain */
function scanPlain(json: Buffer): DataForm | undefined {
  if (record.scan(json, 0, json.length) !== json.length) return undefined
  for (const index of markPlaces) if (record.starts[index]! >= 0) return undefined
  for (const index of textPlaces) if (!record.isPlainText(json, index)) return undefined
  for (const index of integerPlaces) if (!isInteger(json, record.starts[index]!, record.ends[index]!)) return undefined
  const form = forms.get(json.toString('latin1', record.starts[at.type]! + 1, record.ends[at.type]! - 1))
  const data = record.starts[at.data]!
  if (!form || data < 0 || form.scan.scan(json, data, record.ends[at.data]!) !== record.ends[at.data]) return undefined
  const { scan, fields, target } = form
  for (const { index, kind } of fields) if (scan.starts[index]! >= 0 && !isCopyable(json, scan, index, kind)) return undefined
  return target === undefined || scan.starts[target]! < 0 || scan.isPlainText(json, target) ? form : undefined
}

const visits = { new: bytesOf(',visit="new"'), returning: bytesOf(',visit="returning"') } as const

/** The field that says what `visitOf` does, from the quoted texts of the record. */
function visitField(json: Buffer): Buffer {
  const { starts, ends } = record
  const visitor = starts[at.visitor]! + 1
  const session = starts[at.session]! + 1
  const length = Math.min(INSTANT, ends[at.visitor]! - 1 - visitor)
  if (ends[at.session]! - 1 - session < length) return visits.returning
  for (let place = 0; place < length; place++) if (json[visitor + place] !== json[session + place]) return visits.returning
  return visits.new
}

/**
 * Adds the line of a record, byte by byte from its JSON, if all of its values are written in line protocol as they are in JSON, which holds for
 * nearly every record. The line is the one of `lineOf(JSON.parse(json))`, for a third of its cost: no string and no object is made of the record.
 * @returns whether the line was added
 */
export function addPlainRecord(json: Buffer, lines: Lines): boolean {
  const form = scanPlain(json)
  const head = form && headOf(json, form)
  if (!head) return false
  const { starts, ends } = record
  lines.whole(head)
  lines.copy(json, starts[at.id]!, ends[at.id]!)
  for (let index = 0; index < copied.length; index++) {
    const label = labels[index]!
    lines.copy(label, 0, label.length)
    lines.copy(json, starts[copied[index]!]!, ends[copied[index]!]!)
  }
  lines.byte(INTEGER_MARK)
  for (const { index, kind, label } of form.fields) {
    if (form.scan.starts[index]! < 0) continue
    lines.copy(label, 0, label.length)
    lines.copy(json, form.scan.starts[index]!, form.scan.ends[index]!)
    if (kind === 'integer') lines.byte(INTEGER_MARK)
  }
  if (form.tellsVisit) lines.whole(visitField(json))
  lines.byte(SPACE)
  lines.copy(json, starts[at.time]!, ends[at.time]!)
  lines.digits(placeOfId(json, starts[at.id]! + 1, ends[at.id]! - 1), PLACE_DIGITS)
  lines.end()
  return true
}
