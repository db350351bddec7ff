import type { Example } from '../example.ts'

export const examples: readonly Example[] = [
  {
    title: 'Entering a field',
    html: '<input id="mail" name="email" type="email">',
    action: [{ do: 'click', on: '#mail' }],
    expect: [{ field_id: 'mail', field_name: 'email', field_type: 'email' }],
  },
]
