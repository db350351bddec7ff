import { expect } from 'vitest'
import type { PanelType } from '../generate/grafana/model.ts'
import { type Field, type Frame, fieldOf } from './frames.ts'
import { numbersOf } from './right.ts'

const textFields = ({ fields }: Frame): Field[] => fields.filter(({ type }) => type === 'string')

function isSeries(frames: Frame[]): void {
  for (const { isSeries: series, fields } of frames) {
    expect(series).toBe(true)
    expect(fields[1]!.type).toBe('number')
    expect(numbersOf(fields[0])).toEqual([...numbersOf(fields[0])].sort((a, b) => a - b))
    expect(new Set(fields[0]!.values).size).toBe(fields[0]!.values.length)
  }
  expect(new Set(frames.map(({ fields }) => JSON.stringify(fields[1]!.labels))).size).toBe(frames.length)
}

function isRows(frames: Frame[]): void {
  expect(frames).toHaveLength(1)
  expect(frames[0]!.isSeries).toBe(false)
  expect(fieldOf(frames[0], 'value')!.type).toBe('number')
  expect(textFields(frames[0]!)).toHaveLength(1)
}

function isNumber(frames: Frame[]): void {
  expect(frames).toHaveLength(1)
  expect(frames[0]!.fields.flatMap(numbersOf)).toHaveLength(1)
}

/** What each type of panel needs of an answer, as expectations of a test. */
export const fits: Record<PanelType, (frames: Frame[]) => void> = {
  timeseries: isSeries,
  heatmap(frames) {
    isSeries(frames)
    expect(frames.length).toBeGreaterThan(1)
    for (const { fields } of frames) expect(Object.keys(fields[1]!.labels)).toHaveLength(1)
  },
  histogram(frames) {
    expect(frames).toHaveLength(1)
    expect(frames[0]!.fields.map(({ name }) => name).sort()).toEqual(['value', 'xMax', 'xMin'])
    const [low, high] = [numbersOf(fieldOf(frames[0], 'xMin')), numbersOf(fieldOf(frames[0], 'xMax'))]
    expect(new Set(low.map((bound, index) => high[index]! - bound)).size).toBe(1)
    // Grafana tells the width of all bars from the second, and a scale from whether the first is as wide.
    expect(low.length).toBeGreaterThan(1)
    expect(low.slice(1)).toEqual(high.slice(0, -1))
  },
  bargauge: isRows,
  piechart: isRows,
  barchart: isRows,
  gauge: isNumber,
  stat: isNumber,
  geomap(frames) {
    isRows(frames)
    for (const country of fieldOf(frames[0], 'country')!.values) expect(country).toMatch(/^[A-Z]{2}$/)
  },
  table(frames) {
    expect(frames).toHaveLength(1)
    expect(frames[0]!.isSeries).toBe(false)
    expect(frames[0]!.fields.length).toBeGreaterThan(1)
  },
  text: () => undefined,
}
