/** What the shop sells, by the name that its addresses use. Prices in euro. */
export const catalogue = {
  teapot: { name: 'Clay teapot', price: 48, words: 'Unglazed, 600 ml. It remembers every brew.' },
  cup: { name: 'Pair of cups', price: 24, words: 'One for you and one for whoever knocks.' },
  tin: { name: 'Tea tin', price: 14, words: 'Keeps 100 g of leaves dark, dry and fragrant.' },
  kettle: { name: 'Steel kettle', price: 79, words: 'A litre at the boil in four minutes, on any stove.' },
  honey: { name: 'Heather honey', price: 9.5, words: 'From the hills behind the shop.' },
  strainer: { name: 'Fine strainer', price: 12, words: 'No leaf gets past it.' },
}

export const euro = (amount) => new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(amount)
