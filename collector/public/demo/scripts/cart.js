const key = 'demo-shop-cart'

/** What is in the cart: numbers of pieces, by item. It lasts as long as the tab. */
export const readCart = () => JSON.parse(sessionStorage.getItem(key) ?? '{}')

export function addToCart(item, pieces = 1) {
  const cart = readCart()
  cart[item] = (cart[item] ?? 0) + pieces
  sessionStorage.setItem(key, JSON.stringify(cart))
  document.dispatchEvent(new Event('cart-change'))
}

export function emptyCart() {
  sessionStorage.removeItem(key)
  document.dispatchEvent(new Event('cart-change'))
}

export const countPieces = () => Object.values(readCart()).reduce((sum, pieces) => sum + pieces, 0)
