/** The part of `npm audit --json` that is read: https://docs.npmjs.com/cli/commands/npm-audit */
export interface AuditReport {
  vulnerabilities?: Record<string, { severity: string; range: string; via: (string | { title: string; url: string })[] }>
  /** There when nobody answered. */
  message?: string
  error?: { summary?: string }
}

/** What is to be said of a report. */
export interface Verdict {
  lines: string[]
  isBad: boolean
}

const grave = new Set(['high', 'critical'])

/**
 * Puts a report into lines. It is bad when a package that we ship has a grave advisory; all others are only told.
 * @param shipped names of the packages that come with our products
 */
export function judgeAdvisories({ vulnerabilities, message, error }: AuditReport, shipped: ReadonlySet<string>): Verdict {
  if (!vulnerabilities) {
    const reason = error?.summary || message?.replace(/ - .*/s, '') || 'no reason given'
    return { lines: [`advisories: not checked, the registry does not answer (${reason})`], isBad: false }
  }
  const found = Object.entries(vulnerabilities)
  const lines = found.map(([name, { severity, range, via }]) => {
    const causes = via.map((cause) => (typeof cause === 'string' ? `through ${cause}` : `${cause.title} ${cause.url}`))
    return `advisories: ${severity}: ${name} ${range}${shipped.has(name) ? ', which we ship' : ''}: ${causes.join('; ')}`
  })
  const isBad = found.some(([name, { severity }]) => shipped.has(name) && grave.has(severity))
  return { lines: lines.length > 0 ? lines : ['advisories: none'], isBad }
}
