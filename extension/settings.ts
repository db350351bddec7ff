/** The user's choices for one site. */
export interface SiteSettings {
  idleSeconds: number
  allowedParameters: string[]
  maskSelectors: string[]
  /** Names of event types that are not captured. */
  disabled: string[]
}
