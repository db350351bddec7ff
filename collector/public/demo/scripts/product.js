import './layout.js'
import './stepper.js'
import { addToCart } from './cart.js'
import { catalogue, euro } from './catalogue.js'

const asked = new URLSearchParams(location.search).get('item')
const item = Object.hasOwn(catalogue, asked ?? '') ? asked : 'teapot'
const { name, price, words } = catalogue[item]

document.title = `${name} · Kettle & Leaf`
document.querySelector('h1').textContent = name
document.querySelector('#words').textContent = words
document.querySelector('#price').textContent = euro(price)
const picture = document.querySelector('#picture')
picture.src = `images/${item}.svg`
picture.alt = name
document.querySelector('#add-to-cart').addEventListener('click', () => {
  addToCart(item, document.querySelector('quantity-stepper').value)
  document.querySelector('#added').textContent = `${name} is in your cart.`
})
