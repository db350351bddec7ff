import { COMMON, type Metric } from '../metric.ts'

const moves = { types: ['mousemove'] } as const
const bounds = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1920, 2560, 3840]

/** Where the mouse goes. */
export const metrics: readonly Metric[] = [
  {
    id: 'mouse_movements',
    title: 'Mouse movements',
    description: 'How much the mouse moves: the number of sampled positions, at most 20 a second.',
    unit: 'count',
    picture: 'line',
    measure: { of: [moves], take: 'count' },
    breakdowns: COMMON,
  },
  ...(['x', 'y'] as const).map(
    (axis): Metric => ({
      id: `mouse_${axis}`,
      title: axis === 'x' ? 'Mouse, from left to right' : 'Mouse, from top to bottom',
      description: `Where in the viewport the mouse is: positions by distance from the ${axis === 'x' ? 'left' : 'top'} edge.`,
      unit: 'pixels',
      picture: 'heatmap',
      measure: { of: [{ ...moves, value: axis }], take: { histogram: bounds } },
      breakdowns: COMMON,
    }),
  ),
]
