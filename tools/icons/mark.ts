/** Colours of the mark, back and front: tracking is on, or off. */
export const markColours = { on: ['#0b7285', '#ffffff'], off: ['#868e96', '#f1f3f5'] } as const

/**
 * WebWatch's mark as an SVG: an eye whose pupil is a pulse, for what is watched, and that it lives.
 * @param state whether tracking is on
 * @param size of its sides, in CSS pixels
 */
export function mark(state: keyof typeof markColours, size: number): string {
  const [back, front] = markColours[state]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32" role="img" aria-label="WebWatch">
<rect width="32" height="32" rx="7" fill="${back}"/>
<path d="M3 16c4-7 8.500-9.500 13-9.500S25 9 29 16c-4 7-8.500 9.500-13 9.500S7 23 3 16z" fill="none" stroke="${front}" stroke-width="2.400" stroke-linejoin="round"/>
<path d="M9 16.500h3.500l2-5 3 9.500 2-4.500H23" fill="none" stroke="${front}" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round"/></svg>
`
}
