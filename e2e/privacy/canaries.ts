/** Secrets, by the place that a visitor or a page puts them into. Those in fields are any text; those in addresses, titles and names look like secrets. */
export const canaries = {
  text: 'canary-typed-Ahx1',
  password: 'canary-typed-Bhx2',
  email: 'canary.typed.c@mail.example',
  telephone: '+49 171 2345 9871',
  card: '4929 7712 3341 8805',
  code: '839274',
  search: 'canary-typed-Dhx3',
  textarea: 'canary-typed-Ehx4',
  draft: 'canary-typed-Xhx5',
  editable: 'canary-typed-Fhx5',
  select: 'canary-option-Ghx6',
  hidden: 'canary-hidden-Hhx7',
  file: 'canary-file-Ihx8.txt',
  shadow: 'canary-shadow-Jhx9',
  frame: 'canary-frame-Khx1',
  srcdoc: 'canary-frame-Lhx2',
  elementText: 'canary-text-Mhx3',
  copied: 'canary-copied-Nhx4',
  thrown: 'canary-thrown-Ohx5',
  rejected: 'canary-rejected-Phx6',
  query: 'canary-query-Qhx7',
  hash: 'canary-hash-Rhx8',
  ignored: 'canary-ignored-Shx9',
  pathEmail: 'canary.path@mail.example',
  pathToken: '7f3a9c1e5b2d8846aa01cd',
  pathNumber: '4485123466719908',
  pushed: 'qZ81kd0Pw73mXx55aLrT',
  titleEmail: 'canary.title@mail.example',
  titleNumber: '5500 1234 7765 2210',
  titleToken: '6be1f04c92d7a3b8e5',
  id: 'canary.id@mail.example',
  name: '8a7b6c5d4e3f2a1b9c',
  alt: 'canary.alt@mail.example',
  imageToken: 'e4d909c290d0fb1ca068',
  mediaToken: 'c9f0f895fb98ab9159f5',
  soundToken: '3c59dc048e8850243be8',
  downloadToken: '45c48cce2e2d7fbdea1a',
  downloadQuery: 'canary-query-Thx1',
  outboundToken: 'd3d9446802a44259755d',
  outboundQuery: 'canary-query-Uhx2',
  draftToken: 'b6d767d2f8ed5d21a44b',
  action: '6512bd43d9caa6e02c99',
  actionQuery: 'canary-query-Vhx3',
  referrerEmail: 'canary.referrer@mail.example',
  referrerQuery: 'canary-query-Whx4',
} as const

/** What a page tells on purpose, in a name that WebWatch reports: the proof that the search finds what there is. */
export const planted = 'canary-planted-Zhx9'

/** The forms in which a text can lie somewhere. */
function formsOf(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '')
  const forms = [text, encodeURIComponent(text), encodeURI(text), text.replace(/\s/g, ''), base64, JSON.stringify(text).slice(1, -1)]
  return [...new Set(forms)]
}

/** The names of the canaries that are in a text, whatever their case and however they are written. */
export function canariesIn(text: string): string[] {
  const lower = text.toLowerCase()
  // A code of six digits lies in many a time and id by chance: it counts only as a value of its own.
  const isThere = (name: string, form: string) => (name === 'code' ? text.includes(`"${form}"`) : lower.includes(form.toLowerCase()))
  const all = Object.entries({ ...canaries, planted })
  return all.filter(([name, canary]) => formsOf(canary).some((form) => isThere(name, form))).map(([name]) => name)
}
