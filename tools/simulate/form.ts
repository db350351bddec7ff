import type { View } from './view.ts'

const seconds = (value: number) => Number(value.toFixed(3))

/** How many of those who see a form begin it: who comes to the checkout or asks for help has a reason, a newsletter is there for all. */
const begins = (path: string, fields: number): number => (path === '/checkout' ? 0.9 : fields > 1 ? 0.6 : 0.25)

/** A form that somebody begins, field by field, until it is sent or left. */
export function fillForm({ random, page, engaged, happens }: View): void {
  const { form } = page
  if (!form || !random.chance(begins(page.path, form.fields.length))) return
  const facts = { form_id: form.id, form_class: form.class, fields: form.fields.length }
  const begun = random.between(0.1, 0.3) * engaged
  const pace = (engaged - begun) / (form.fields.length + 1)
  let after = begun
  for (const [index, [name, type]] of form.fields.entries()) {
    const field = { field_id: `${form.id}-${name}`, field_name: name, field_type: type }
    const dwell = Math.min(pace, random.duration(pace * 0.6, 0.5))
    happens('field_focus', after, field)
    const leaves = random.chance(0.2)
    happens('field_blur', after + dwell, { ...field, dwell: seconds(dwell), filled: !leaves })
    if (leaves) {
      const last_field = `${form.id}-${form.fields[Math.max(0, index - 1)]![0]}`
      if (index > 0) happens('form_abandonment', engaged, { ...facts, changed: index, last_field, duration: seconds(engaged - begun) })
      return
    }
    after += pace
  }
  if (random.chance(0.15)) happens('form_submission', after, { ...facts, valid: false })
  happens('form_submission', (after + engaged) / 2, { ...facts, valid: true })
}
