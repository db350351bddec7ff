import './layout.js'
import { receiptAddress } from './receipt.js'

document.querySelector('#receipt').href = receiptAddress()
