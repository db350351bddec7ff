import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'A button that does nothing, and one that changes the page',
    html: '<button id="dead">Nothing</button><button id="alive" onclick="document.title = \'changed\'">Something</button>',
    action: [
      { do: 'click', on: '#dead' },
      { do: 'wait', ms: 2_400 },
      { do: 'click', on: '#alive' },
      { do: 'wait', ms: 2_400 },
    ],
    expect: [{ target: '#dead' }],
  },
]
