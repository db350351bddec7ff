import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'The deepest point counts, not the way back up',
    html: '<div style="height: 4000px">long</div>',
    action: [
      { do: 'scroll', by: 100_000 },
      { do: 'wait', ms: 600 },
      { do: 'scroll', by: -50_000 },
      { do: 'wait', ms: 600 },
    ],
    expect: [{ scroll_percentage: 100 }],
  },
]
