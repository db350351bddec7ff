import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'An attempt that fails the check, then one that passes',
    html: '<form id="f" class="order" onsubmit="return false"><input id="name" required><button id="send">Send</button></form>',
    action: [
      { do: 'click', on: '#send' },
      { do: 'type', on: '#name', text: 'Ada' },
      { do: 'click', on: '#send' },
    ],
    expect: [
      { form_id: 'f', form_class: 'order', fields: 1, valid: false },
      { form_id: 'f', form_class: 'order', fields: 1, valid: true },
    ],
  },
]
