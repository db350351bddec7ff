import { cleanUrl } from '../url.ts'
import { settings } from './view.ts'

/** An address, as far as the site's settings let it be told. */
export const cleanAddress = (address: string): string => cleanUrl(address, settings.allowedParameters)
