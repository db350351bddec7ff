import { type FormEvent, useEffect, useRef, useState } from 'react'
import Alert from 'react-bootstrap/Alert'
import Button from 'react-bootstrap/Button'
import Form from 'react-bootstrap/Form'
import { flushSync } from 'react-dom'
import { browser } from '../adapters/browser.ts'
import { tell } from '../popup/tell.ts'
import { useSetting } from '../popup/use-setting.ts'
import { settingsOf, write } from '../settings.ts'
import { type ConnectionResult, testConnection, wrongAddress } from './connection.ts'
import { SiteSettingsForm } from './site-settings.tsx'

/** Collectors on this computer answer extensions without a permission; for others the user grants their origin. */
async function requestOrigin(url: string): Promise<void> {
  const { protocol, hostname } = new URL(url)
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') await browser.permissions.request({ origins: [`${protocol}//${hostname}/*`] })
}

function CollectorForm() {
  const stored = useSetting('collector')
  const [url, setUrl] = useState('')
  const [key, setKey] = useState('')
  const [result, setResult] = useState<ConnectionResult>()
  useEffect(() => {
    if (!stored) return
    setUrl(stored.url)
    setKey(stored.key)
  }, [stored])
  const address = url.trim().replace(/\/+$/, '')
  /** Says what is wrong with the address, or asks for its origin. */
  const isUsable = async () => {
    const message = wrongAddress(address)
    if (message) setResult({ ok: false, message })
    else await requestOrigin(address)
    return !message
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await isUsable())) return
    await write('collector', { url: address, key: key.trim() })
    setResult({ ok: true, message: 'Saved.' })
    await tell({ kind: 'deliver' })
  }
  const test = async () => {
    if (await isUsable()) setResult(await testConnection(address, key.trim()))
  }
  return (
    <Form onSubmit={(event) => void save(event)}>
      <Form.Group className="mb-3" controlId="collector-url">
        <Form.Label>Collector</Form.Label>
        <Form.Control data-testid="collector-url" type="url" required value={url} onChange={(event) => setUrl(event.target.value)} />
        <Form.Text>The address that events are sent to.</Form.Text>
      </Form.Group>
      <Form.Group className="mb-3" controlId="write-key">
        <Form.Label>Write key</Form.Label>
        <Form.Control
          data-testid="write-key"
          type="password"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <Form.Text>Not needed for a collector on this computer that has no keys.</Form.Text>
      </Form.Group>
      <div className="d-flex gap-2">
        <Button type="submit" data-testid="save">
          Save
        </Button>
        <Button variant="outline-secondary" data-testid="test-connection" onClick={() => void test()}>
          Test the connection
        </Button>
      </div>
      {result && (
        <Alert className="mt-3" variant={result.ok ? 'success' : 'danger'} data-testid="connection-result" data-ok={result.ok}>
          {result.message}
        </Alert>
      )}
    </Form>
  )
}

function Sites() {
  const sites = Object.entries(useSetting('sites') ?? {})
  const [open, setOpen] = useState<string>()
  if (sites.length === 0) return <p className="text-body-secondary">None. Open a site and switch it on in the popup.</p>
  return (
    <ul className="list-group">
      {sites.map(([name, site]) => (
        <li key={name} className="list-group-item" data-testid="tracked-site">
          <div className="d-flex align-items-center gap-2">
            <span className="flex-grow-1">{name}</span>
            <Button
              size="sm"
              variant="outline-secondary"
              data-testid="site-settings"
              aria-expanded={open === name}
              onClick={() => setOpen(open === name ? undefined : name)}
            >
              Settings
            </Button>
            <Button size="sm" variant="outline-secondary" onClick={() => void tell({ kind: 'switch-off', site: name })}>
              Switch off
            </Button>
          </div>
          {open === name && <SiteSettingsForm name={name} settings={settingsOf(site)} />}
        </li>
      ))}
    </ul>
  )
}

function Forget() {
  const [step, setStep] = useState<'idle' | 'sure' | 'done'>('idle')
  const next = useRef<HTMLButtonElement & HTMLDivElement>(null)
  /** The focus goes on to what has come in the place of what had it. */
  const go = (to: typeof step) => {
    flushSync(() => setStep(to))
    next.current?.focus()
  }
  const forget = async () => {
    await tell({ kind: 'forget' })
    go('done')
  }
  if (step === 'done')
    return (
      <Alert variant="success" ref={next} tabIndex={-1}>
        Your data is deleted from this browser.
      </Alert>
    )
  if (step === 'idle')
    return (
      <Button variant="outline-danger" data-testid="delete-data" ref={next} onClick={() => go('sure')}>
        Delete my data
      </Button>
    )
  return (
    <Alert variant="danger">
      <p>Every event in this browser goes, those that wait for the collector too. What the collector has stays there.</p>
      <Button variant="danger" data-testid="delete-data-sure" onClick={() => void forget()}>
        Delete
      </Button>{' '}
      <Button variant="outline-secondary" ref={next} onClick={() => go('idle')}>
        Keep
      </Button>
    </Alert>
  )
}

/** The options page. */
export function Options() {
  return (
    <main>
      <h1 className="h3 d-flex align-items-center gap-2">
        <img src="/extension/icons/on-48.png" width="32" height="32" alt="" /> WebWatch
      </h1>
      <section>
        <h2 className="h5">Collector</h2>
        <CollectorForm />
      </section>
      <section>
        <h2 className="h5">Sites that are on</h2>
        <Sites />
      </section>
      <section>
        <h2 className="h5">Your data</h2>
        <p>Events are kept in this browser, also after they are delivered, so that you can look at them.</p>
        <Forget />
      </section>
    </main>
  )
}
