import './layout.js'
import './stepper.js'
import { receiptAddress } from './receipt.js'
import { keepChoice } from './tracker.js'

const $ = (id) => document.getElementById(id)
const says = (text) => {
  $('says').textContent = text
}
const onClick = (id, act) => $(id).addEventListener('click', act)

onClick('button-plain', () => says('A plain button was pressed.'))
onClick('button-svg', () => says('A button with an icon was pressed.'))
onClick('button-error', () => {
  throw new Error('The error button was pressed')
})
onClick('button-reject', () => void Promise.reject(new Error('The rejection button was pressed')))

onClick('nav-push', () => history.pushState(null, '', keepChoice('/demo/product.html?item=cup')))
onClick('nav-replace', () => history.replaceState(null, '', keepChoice('/demo/products.html')))
onClick('nav-query', () => history.pushState(null, '', keepChoice('/demo/everything.html?sort=price')))
onClick('nav-back', () => history.back())

for (const form of [$('form'), $('form-strict')])
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    says(`The form ${form.id} was submitted.`)
  })

onClick('play-video', () => $('video').play())
onClick('end-video', () => {
  $('video').currentTime = $('video').duration - 0.2
})
onClick('play-audio', () => $('audio').play())
onClick('end-audio', () => {
  $('audio').currentTime = $('audio').duration - 0.2
})
$('download-blob').href = receiptAddress()
