import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Two of three fields, and away',
    html: '<form id="f" class="order"><input id="a"><input id="b"><input id="c"></form>',
    action: [{ do: 'type', on: '#a', text: 'secret' }, { do: 'type', on: '#b', text: 'x' }, { do: 'leave' }],
    expect: [{ form_id: 'f', form_class: 'order', fields: 3, changed: 2, last_field: 'b' }],
  },
]
