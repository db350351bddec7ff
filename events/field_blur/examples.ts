import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Leaving a field that was filled, and one that was not',
    html: '<input id="a" name="a"><textarea id="b" name="b"></textarea><button id="c">Next</button>',
    action: [
      { do: 'type', on: '#a', text: 'x' },
      { do: 'click', on: '#b' },
      { do: 'click', on: '#c' },
    ],
    expect: [
      { field_id: 'a', field_type: 'text', filled: true },
      { field_id: 'b', field_type: 'textarea', filled: false },
    ],
  },
]
