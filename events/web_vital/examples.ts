import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A load; the first click settles the largest paint',
    html: '<h1>Shop</h1>',
    action: [
      { do: 'wait', ms: 300 },
      { do: 'click', on: 'h1' },
    ],
    expect: [{ name: 'TTFB' }, { name: 'FCP' }, { name: 'LCP' }],
  },
]
