import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A visitor who comes back after a while',
    html: '<button id="b">Back</button>',
    action: [
      { do: 'click', on: '#b' },
      { do: 'wait', ms: 1_500 },
      { do: 'click', on: '#b' },
    ],
    expect: [{}],
  },
]
