import './layout.js'
import { emptyCart, readCart } from './cart.js'
import { catalogue, euro } from './catalogue.js'
import { element } from './element.js'
import { keepChoice } from './tracker.js'

const pieces = Object.entries(readCart()).filter(([item]) => Object.hasOwn(catalogue, item))
const total = pieces.reduce((sum, [item, count]) => sum + catalogue[item].price * count, 0)
document
  .querySelector('#cart')
  .append(...pieces.map(([item, count]) => element('li', {}, `${count} × ${catalogue[item].name}, ${euro(catalogue[item].price * count)}`)))
document.querySelector('#total').textContent =
  pieces.length > 0 ? `Together ${euro(total)}` : 'Your cart is empty. You can order all the same.'
document.querySelector('#checkout').addEventListener('submit', (event) => {
  event.preventDefault()
  emptyCart()
  location.assign(keepChoice('order.html'))
})
