import { countPieces } from './cart.js'
import { element } from './element.js'
import { keepChoice, loadTracker, otherChoice, trackedBy } from './tracker.js'

const places = [
  ['products.html', 'Shop', 'nav-products'],
  ['article.html', 'Journal', 'nav-article'],
  ['everything.html', 'Everything', 'nav-everything'],
]

function header() {
  const link = (address, text, id, attributes = {}) => element('a', { href: keepChoice(`/demo/${address}`), id, ...attributes }, text)
  const cart = link('checkout.html', '', 'nav-cart')
  const showPieces = () => {
    cart.textContent = `Cart (${countPieces()})`
  }
  showPieces()
  document.addEventListener('cart-change', showPieces)
  const links = places.map(([address, text, id]) =>
    link(address, text, id, location.pathname.endsWith(`/${address}`) ? { 'aria-current': 'page' } : {}),
  )
  document
    .querySelector('body > header')
    .append(element('nav', { 'aria-label': 'Shop' }, link('', 'Kettle & Leaf', 'nav-home', { class: 'brand' }), ...links, cart))
}

function footer() {
  const choice = element('a', { href: otherChoice.href, id: 'tracker-choice' }, otherChoice.text)
  const status = element('a', { href: '/', id: 'status-link' }, 'Status of the collector')
  document.querySelector('body > footer').append(`A shop that sells nothing. Watched by ${trackedBy}. `, choice, ' · ', status)
}

loadTracker()
header()
footer()
