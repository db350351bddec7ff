import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { dashboardModel } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import type { DashboardModel, PanelType } from './model.ts'

/*
 * Grafana publishes the types of its dashboards with each version (@grafana/schema). The compiler holds the generated dashboards against those of the
 * oldest and the newest version that they are for, and two between; a property that a version does not know is an error too.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Versions 11 and 12 also publish the options of each type of panel in a form that can be read from outside. */
const optionsIn = {
  11: (folder: string, name: string) => `esm/raw/composable/${folder}/panelcfg/x/${name}PanelCfg_types.gen`,
  12: (folder: string) => `types/raw/composable/${folder}/panelcfg/x/types.gen`,
}

const panelNames: Record<PanelType, string> = {
  timeseries: 'TimeSeries',
  heatmap: 'Heatmap',
  histogram: 'Histogram',
  bargauge: 'BarGauge',
  gauge: 'Gauge',
  stat: 'Stat',
  piechart: 'PieChart',
  geomap: 'Geomap',
  table: 'Table',
  barchart: 'BarChart',
  text: 'Text',
}

/** Enumerations are texts in JSON, and options may be left out. Queries belong to their datasource: all that is known of them is what they have in common. */
const terms = `
type Open<T> = T & Record<string, unknown>
type Json<T> = unknown extends T ? T
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? Json<Item>[]
  : T extends { refId: string } ? Open<{ [Key in keyof T]: Json<T[Key]> }>
  : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T
type Some<T> = unknown extends T ? T
  : T extends readonly (infer Item)[] ? Some<Item>[]
  : T extends object ? { [Key in keyof T]?: Some<T[Key]> } : T
/** The schema of 9.4 is Grafana's first. It says less than its own dashboards hold (of variables, of annotations, of the lowest threshold, which is null), and knows no defaults. */
type FirstSchema<T> = T extends readonly (infer Item)[] ? FirstSchema<Item>[]
  : T extends { color?: string; value?: number; state?: string } ? Omit<T, 'value'> & { value?: number | null }
  : T extends object ? { [Key in keyof T]: Key extends 'templating' | 'annotations' ? unknown : FirstSchema<T[Key]> } : T
`

function program(models: readonly DashboardModel[]): string {
  const module = (version: string) => `${root}/node_modules/grafana-schema-${version}`
  const schemas: readonly [version: string, type: string][] = [
    ['9.4', 'FirstSchema<Some<Json<Dashboard94>>>'],
    ['10', 'Json<Dashboard10>'],
    ['11', 'Json<Dashboard11>'],
    ['12', 'Json<Dashboard12>'],
  ]
  const imports = schemas.map(([version]) => `import type { Dashboard as Dashboard${version.replace('.', '')} } from '${module(version)}'`)
  const optionImports = Object.entries(panelNames).flatMap(([type, name]) =>
    ([11, 12] as const).map(
      (version) => `import type { Options as ${type}${version} } from '${module(String(version))}/dist/${optionsIn[version](type, name)}'`,
    ),
  )
  const values = models.flatMap((model, index) => [
    ...schemas.map(([version, type]) => `export const dashboard${index}_${version.replace('.', '')}: ${type} = ${JSON.stringify(model)}`),
    ...model.panels.flatMap(({ id, type, options }) =>
      [11, 12].map(
        (version) => `export const options${index}_${id}_${version}: Some<Json<${type}${version}>> = ${JSON.stringify(options)}`,
      ),
    ),
  ])
  return [...imports, ...optionImports, terms, ...values].join('\n')
}

/** What the compiler finds wrong with these dashboards. */
async function findings(models: readonly DashboardModel[]): Promise<string> {
  // Beneath the root, where modules are found.
  const folder = await mkdtemp(join(root, 'node_modules/.grafana-'))
  try {
    const file = join(folder, 'dashboards.ts')
    await writeFile(file, program(models))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022']
    const { stdout } = await execa(join(root, 'node_modules/.bin/tsc'), [...options, '--ignoreConfig', file], { reject: false })
    return stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const models = dashboards.map(dashboardModel)

it("fits the schemas that Grafana 9.4, 10, 11 and 12 publish, with each panel's options", async () => {
  expect(await findings(models)).toBe('')
})

it('would not fit with a wrong value, or with something that Grafana does not know', async () => {
  const [model] = models as [DashboardModel]
  const wrong = [
    { ...model, graphTooltip: 7 },
    { ...model, time: { ...model.time, until: 'now' } },
    { ...model, panels: [{ ...model.panels[0]!, options: { ...model.panels[0]!.options, colorMode: 'colourful' } }] },
  ]
  for (const other of wrong) expect(await findings([other])).toMatch(/error TS/)
})
