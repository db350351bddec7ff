/** The address of a receipt that is made in the page: a `blob:`. */
export const receiptAddress = () => URL.createObjectURL(new Blob(['One pot of tea, with thanks.\n'], { type: 'text/plain' }))
