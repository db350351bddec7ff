import type { View } from './view.ts'

const whole = Math.round
const share = (value: number) => Number(value.toFixed(3))

/** Where on the page a selector is: always at the same place, so that heatmaps have their hot spots. */
function placeOf(selector: string, width: number, height: number, length: number): { x: number; pageY: number } {
  let hash = 0
  for (const letter of selector) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0
  return { x: 40 + (hash % Math.max(1, width - 80)), pageY: 40 + ((hash >>> 8) % Math.max(1, whole(height * length) - 80)) }
}

/** What a mouse or a finger does on a page. Gives the function that clicks on something at a moment (seconds into the view). */
export function point({ random, visitor, page, engaged, happens }: View): (selector: string, after: number) => void {
  const [width, height] = visitor.viewport
  const place = (selector: string) => {
    const { x, pageY } = placeOf(selector, width, height, page.length)
    const scrolled = Math.max(0, pageY - whole(height / 2))
    const page_x = x + random.integer(-12, 12)
    const page_y = pageY + random.integer(-8, 8)
    return { x: page_x, y: page_y - scrolled, page_x, page_y }
  }
  const click = (selector: string, after: number) =>
    happens('click', after, { ...place(selector), rel_x: share(random.next()), rel_y: share(random.next()), target: selector })

  for (let after = random.duration(8); after < engaged; after += random.duration(14)) click(random.pick(page.controls), after)

  if (random.chance(0.03)) {
    const target = random.pick(page.controls)
    const after = random.next() * engaged
    const clicks = random.integer(3, 7)
    const { x, y } = place(target)
    for (let burst = 0; burst < clicks; burst++) click(target, after + burst * 0.18)
    happens('rage_click', after + clicks * 0.18 + 0.3, { target, clicks, x, y })
  } else if (random.chance(0.05)) {
    const target = random.pick(page.controls)
    const { x, y } = place(target)
    happens('dead_click', random.next() * engaged + 1, { target, x, y })
  }

  if (visitor.mouse) {
    const goals = [...page.controls, ...page.links.map(([, selector]) => selector)]
    let at = place(random.pick(goals))
    let goal = place(random.pick(goals))
    for (let after = random.between(0.2, 1); after < engaged; after += random.duration(1.2, 0.9)) {
      const { x, y, page_x, page_y } = at
      happens('mousemove', after, { x, y, page_x, page_y })
      at = {
        x: whole((x + goal.x) / 2),
        y: whole((y + goal.y) / 2),
        page_x: whole((page_x + goal.page_x) / 2),
        page_y: whole((page_y + goal.page_y) / 2),
      }
      if (random.chance(0.25)) goal = place(random.pick(goals))
    }
    for (let after = random.duration(6); after < engaged; after += random.duration(16)) {
      happens('hover', after, { target: random.pick(goals), duration: share(0.5 + random.duration(0.7)) })
    }
  }
  return click
}
