import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A stay on a button',
    html: '<button id="b">Stay</button><p id="away" style="margin-top: 200px">Away</p>',
    action: [
      { do: 'hover', on: '#b' },
      { do: 'wait', ms: 700 },
      { do: 'hover', on: '#away' },
    ],
    expect: [{ target: '#b' }],
  },
]
