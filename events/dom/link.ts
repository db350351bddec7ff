import { listen } from './listen.ts'
import { linkOf, pathOf } from './target.ts'
import { source } from './view.ts'

/** Calls back with each link that is clicked with the main or the middle button, and where it leads. */
export const onLink = source<[url: URL, link: Element, event: Event]>((tell) =>
  listen<MouseEvent>('click auxclick', (event) => {
    const [link, url] = linkOf(pathOf(event))
    if (link && event.button < 2) tell(url!, link, event)
  }),
)
