import type { Capture } from '../definition.ts'
import { isField } from '../dom/field.ts'
import { listen, observer, timer } from '../dom/listen.ts'
import { onPress, type Press } from '../dom/press.ts'
import { fits } from '../dom/selectors.ts'
import { isControl, linkOf } from '../dom/target.ts'
import { onVisibility } from '../dom/visibility.ts'
import type { deadClick } from './schema.ts'

/** Time in ms that a page has to react. */
const PATIENCE = 2_000
const REACTIONS = 'scroll focus blur input change submit invalid play pause popstate beforetoggle'
const ANY_CHANGE = { childList: true, subtree: true, characterData: true, attributes: true }

const withoutFragment = ({ href }: URL | Location) => href.split('#')[0]

/** Presses that nothing follows. */
export const capture: Capture<typeof deadClick> = (emit) => {
  let waiting: Press[] = []
  const react = () => {
    if (!waiting[0]) return
    waiting = []
    changes.disconnect()
  }
  const changes = observer(MutationObserver, react)
  const giveUp = timer(() => {
    for (const { control, target, x, y } of waiting)
      if (isControl(control) || getComputedStyle(control).cursor === 'pointer') emit({ target, x, y }, control)
    react()
  })
  onPress((press) => {
    const { path, control } = press
    const [, url] = linkOf(path)
    // The one scheme with that letter is `javascript:`, which stays where it is.
    const leads = url && !/^j/.test(url.protocol) && withoutFragment(url) !== withoutFragment(location)
    if (leads || isField(control) || fits(control, 'label,option,canvas,iframe,html,body')) return
    waiting.push(press)
    // What is in a shadow root changes unseen from outside.
    for (const root of new Set(path.map((element) => element.getRootNode()))) changes.observe(root, ANY_CHANGE)
    giveUp(PATIENCE)
  })
  listen(REACTIONS, react)
  onVisibility(react)
}
