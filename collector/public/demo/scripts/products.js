import './layout.js'
import { addToCart } from './cart.js'
import { catalogue, euro } from './catalogue.js'
import { bagIcon, element } from './element.js'
import { keepChoice } from './tracker.js'

const list = document.querySelector('#products')
const sort = document.querySelector('#sort')
const look = document.querySelector('#quick-look')
const home = location.pathname + location.search

function card([item, { name, price, words }]) {
  const link = element('a', { href: keepChoice(`product.html?item=${item}`), id: `open-${item}` }, name)
  const buy = element('button', { type: 'button', id: `buy-${item}`, 'data-testid': `buy-${item}` }, bagIcon(), 'Add')
  buy.addEventListener('click', () => addToCart(item))
  const peek = element('button', { type: 'button', class: 'plain', id: `look-${item}` }, 'Quick look')
  peek.addEventListener('click', () => {
    history.pushState({ item }, '', keepChoice(`product.html?item=${item}`))
    showLook(item)
  })
  const picture = element('img', { src: `images/${item}.svg`, alt: name, width: '320', height: '240', loading: 'lazy' })
  const amount = element('p', { class: 'price' }, euro(price))
  return element(
    'li',
    { class: 'card' },
    picture,
    element('h3', {}, link),
    element('p', {}, words),
    amount,
    element('div', { class: 'row' }, buy, peek),
  )
}

/** Shows one product over the list, at the product's own address: a navigation inside the page. */
function showLook(item) {
  const { name, price, words } = catalogue[item]
  document.title = `${name} · Kettle & Leaf`
  look.querySelector('h2').textContent = name
  look.querySelector('p').textContent = `${words} ${euro(price)}`
  look.querySelector('img').src = `images/${item}.svg`
  look.querySelector('img').alt = name
  if (!look.open) look.showModal()
}

function showList() {
  document.title = 'Shop · Kettle & Leaf'
  if (look.open) look.close()
}

function fill() {
  const items = Object.entries(catalogue)
  if (sort.value === 'price') items.sort(([, a], [, b]) => a.price - b.price)
  if (sort.value === 'name') items.sort(([, a], [, b]) => a.name.localeCompare(b.name))
  list.replaceChildren(...items.map(card))
}

sort.value = new URLSearchParams(location.search).get('sort') ?? 'none'
sort.addEventListener('change', () => {
  const url = new URL(location.href)
  url.searchParams.set('sort', sort.value)
  history.replaceState(history.state, '', url)
  fill()
})
look.querySelector('button').addEventListener('click', () => history.back())
look.addEventListener('cancel', (event) => {
  event.preventDefault()
  history.back()
})
addEventListener('popstate', () => {
  if (history.state?.item) showLook(history.state.item)
  else showList()
})
if (history.state?.item) history.replaceState(null, '', home)
fill()
