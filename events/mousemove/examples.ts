import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A mouse that has moved and rests',
    html: '<p>Here</p>',
    action: [
      { do: 'move', x: 40, y: 60 },
      { do: 'wait', ms: 300 },
    ],
    expect: [{ x: 40, y: 60 }],
  },
]
