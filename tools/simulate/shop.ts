/** A page of the simulated shop. */
export interface Page {
  path: string
  title: string
  /** Height of the document, in viewports. */
  length: number
  /** Selectors of what can be clicked and leads nowhere. */
  controls: readonly string[]
  /** Pages that it links to, by name, with the selector of the link and how often it is taken, against the other links and `leave`. */
  links: readonly (readonly [name: PageName, selector: string, weight: number])[]
  /** How often a visit ends here, against the links. */
  leave: number
  images?: readonly (readonly [file: string, alt: string])[]
  video?: { id: string; file: string; length: number }
  audio?: { id: string; file: string; length: number }
  downloads?: readonly (readonly [file: string, extension: string])[]
  /** Links that leave the site. */
  outbound?: readonly string[]
  form?: { id: string; class: string; fields: readonly (readonly [name: string, type: string])[] }
}

/** Names of the pages, in the order of the way to an order. */
export type PageName = 'home' | 'products' | 'tea' | 'teapot' | 'cart' | 'checkout' | 'order' | 'article' | 'help'

const address = [
  ['email', 'email'],
  ['name', 'text'],
  ['street', 'text'],
  ['city', 'text'],
  ['country', 'select'],
] as const

/** The shop: what its pages hold, and where visitors go from each. */
export const shop: Readonly<Record<PageName, Page>> = {
  home: {
    path: '/',
    title: 'Tea from small gardens',
    length: 3,
    controls: ['#menu', '#search', 'button[name="Next slide"]'],
    links: [
      ['products', '#shop-now', 45],
      ['article', '[data-testid="story"]', 12],
      ['tea', '[data-testid="teaser-sencha"]', 15],
    ],
    leave: 34,
    images: [
      ['/images/hero-1280.webp', 'A tea garden in the morning'],
      ['/images/tin.svg', 'A tin of sencha'],
    ],
    form: { id: 'newsletter', class: 'newsletter inline', fields: [['email', 'email']] },
  },
  products: {
    path: '/products',
    title: 'All teas and pots',
    length: 4,
    controls: ['#filter-green', '#filter-black', '#sort', '[data-testid="more"]'],
    links: [
      ['tea', '[data-testid="product-tea"]', 40],
      ['teapot', '[data-testid="product-teapot"]', 18],
      ['home', '#logo', 5],
    ],
    leave: 22,
    images: [
      ['/images/tin.svg', 'A tin of sencha'],
      ['/images/teapot.svg', 'A teapot'],
      ['/images/kettle.svg', 'A kettle'],
      ['/images/strainer.svg', 'A strainer'],
    ],
  },
  tea: {
    path: '/products/1041',
    title: 'Sencha, first flush',
    length: 3,
    controls: ['[data-testid="size-100"]', '[data-testid="size-250"]', '#tasting-notes', '#quantity'],
    links: [
      ['cart', '#add-to-cart', 30],
      ['products', '#back', 24],
      ['teapot', '[data-testid="goes-with"]', 10],
    ],
    leave: 26,
    images: [['/images/tin.svg', 'A tin of sencha']],
    video: { id: 'brewing', file: '/media/brewing.webm', length: 42 },
    downloads: [['/files/brewing-guide.pdf', 'pdf']],
  },
  teapot: {
    path: '/products/2077',
    title: 'Cast-iron teapot',
    length: 2.5,
    controls: ['[data-testid="colour-black"]', '[data-testid="colour-green"]', '#quantity'],
    links: [
      ['cart', '#add-to-cart', 22],
      ['products', '#back', 26],
    ],
    leave: 28,
    images: [
      ['/images/pot.png', 'A cast-iron teapot'],
      ['/images/teapot.svg', 'A teapot'],
    ],
    video: { id: 'casting', file: '/media/casting.webm', length: 65 },
  },
  cart: {
    path: '/cart',
    title: 'Your cart',
    length: 1.2,
    controls: ['[data-testid="remove"]', '#quantity', '#voucher'],
    links: [
      ['checkout', '#to-checkout', 50],
      ['products', '#continue-shopping', 18],
    ],
    leave: 24,
  },
  checkout: {
    path: '/checkout',
    title: 'Checkout',
    length: 1.8,
    controls: ['#delivery-standard', '#delivery-express', '#terms'],
    links: [
      ['order', '#place-order', 60],
      ['cart', '#back-to-cart', 8],
    ],
    leave: 30,
    form: { id: 'checkout', class: 'form stacked', fields: address },
  },
  order: {
    path: '/order',
    title: 'Thank you for your order',
    length: 1,
    controls: ['#print'],
    links: [['home', '#logo', 10]],
    leave: 80,
    downloads: [['/files/receipt.pdf', 'pdf']],
  },
  article: {
    path: '/journal/how-to-brew',
    title: 'How to brew green tea',
    length: 7,
    controls: ['#contents', '[data-testid="share"]', '#footnote-1'],
    links: [
      ['tea', '[data-testid="shop-this-tea"]', 26],
      ['home', '#logo', 12],
    ],
    leave: 58,
    images: [
      ['/images/cup.svg', 'A cup'],
      ['/images/honey.svg', 'A jar of honey'],
    ],
    audio: { id: 'kettle', file: '/media/kettle.ogg', length: 30 },
    downloads: [
      ['/files/brewing-guide.pdf', 'pdf'],
      ['/files/labels.zip', 'zip'],
    ],
    outbound: ['https://en.wikipedia.org/wiki/Sencha', 'https://www.youtube.com/watch'],
  },
  help: {
    path: '/help',
    title: 'Help',
    length: 2,
    controls: ['#delivery', '#returns', '#payment'],
    links: [
      ['home', '#logo', 20],
      ['products', '#shop', 14],
    ],
    leave: 40,
    downloads: [
      ['/files/prices.csv', 'csv'],
      ['/files/labels.zip', 'zip'],
    ],
    form: {
      id: 'contact',
      class: 'form',
      fields: [
        ['email', 'email'],
        ['message', 'textarea'],
      ],
    },
  },
}

/** Where visits begin, and how often. */
export const entrances: readonly (readonly [PageName, number])[] = [
  ['home', 45],
  ['tea', 18],
  ['article', 20],
  ['products', 9],
  ['help', 8],
]
