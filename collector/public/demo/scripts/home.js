import './layout.js'

const form = document.querySelector('#newsletter')
form.addEventListener('submit', (event) => {
  event.preventDefault()
  form.reset()
  document.querySelector('#newsletter-thanks').textContent = 'Thank you. Nothing was sent anywhere.'
})
