import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Four quick clicks on one button are one burst',
    html: '<button id="b">Nothing happens</button>',
    action: [
      { do: 'click', on: '#b' },
      { do: 'click', on: '#b' },
      { do: 'click', on: '#b' },
      { do: 'click', on: '#b' },
      { do: 'wait', ms: 900 },
    ],
    expect: [{ target: '#b', clicks: 4 }],
  },
]
