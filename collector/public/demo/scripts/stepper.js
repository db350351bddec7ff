const sheet = `:host { display: inline-flex; gap: 4px; align-items: center }
button { width: 38px; height: 38px; border: 1px solid currentColor; border-radius: 50%; background: none; color: inherit; font: inherit; cursor: pointer }
output { min-width: 2ch; text-align: center; font-weight: 700 }`

/** `<quantity-stepper>`: a number of pieces, in an open shadow root. `value` is the number; it fires `change`. */
class QuantityStepper extends HTMLElement {
  value = 1

  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' })
    const styles = new CSSStyleSheet()
    styles.replaceSync(sheet)
    root.adoptedStyleSheets = [styles]
    const output = document.createElement('output')
    output.textContent = '1'
    root.append(this.#button('fewer', '−', -1, output), output, this.#button('more', '+', 1, output))
  }

  #button(id, text, step, output) {
    const button = document.createElement('button')
    button.id = id
    button.dataset.testid = `stepper-${id}`
    button.type = 'button'
    button.textContent = text
    button.setAttribute('aria-label', id)
    button.addEventListener('click', () => {
      this.value = Math.min(9, Math.max(1, this.value + step))
      output.textContent = String(this.value)
      this.dispatchEvent(new Event('change'))
    })
    return button
  }
}
customElements.define('quantity-stepper', QuantityStepper)
