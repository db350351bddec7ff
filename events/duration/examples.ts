import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'The engaged time is told when the page is left',
    html: '<button id="b">Stay</button>',
    action: [{ do: 'click', on: '#b' }, { do: 'wait', ms: 1_200 }, { do: 'leave' }],
    expect: [{}],
  },
]
