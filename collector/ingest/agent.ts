import Bowser from 'bowser'
import { isbot } from 'isbot'
import { LRUCache } from 'lru-cache'
import type { Device } from '../record.ts'

/** What a user agent says of itself. */
export interface Agent {
  device: Device
  browser: string
  os: string
}

const agents = new LRUCache<string, Agent>({ max: 5_000 })
const devices = new Set<string>(['desktop', 'mobile', 'tablet'])
// Bowser echoes parts of agents that it does not know. Only names from its own lists may become tags.
const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP))
const systems = new Set<string>(Object.values(Bowser.OS_MAP))

function parse(userAgent: string): Agent {
  const { browser, os, platform } = Bowser.parse(userAgent)
  const device = devices.has(platform.type ?? '') ? (platform.type as Device) : 'unknown'
  return {
    device: isbot(userAgent) ? 'bot' : device,
    browser: browsers.has(browser.name ?? '') ? browser.name! : 'unknown',
    os: systems.has(os.name ?? '') ? os.name! : 'unknown',
  }
}

/** Device, browser and operating system behind a `User-Agent` header. */
export function agentOf(header: string | undefined): Agent {
  const userAgent = (header ?? '').slice(0, 512)
  let agent = agents.get(userAgent)
  if (!agent) {
    agent = userAgent ? parse(userAgent) : { device: 'unknown', browser: 'unknown', os: 'unknown' }
    agents.set(userAgent, agent)
  }
  return agent
}
