import { eventTypes } from '@webwatch/events'
import { type FormEvent, useState } from 'react'
import Button from 'react-bootstrap/Button'
import Form from 'react-bootstrap/Form'
import { tell } from '../popup/tell.ts'
import type { SiteSettings } from '../settings.ts'
import { linesOf, wrongList, wrongSelectors } from './selectors.ts'

/** Which event types a site has switched on. */
function EventTypes({ disabled, onChange }: { disabled: readonly string[]; onChange: (disabled: string[]) => void }) {
  const toggle = (type: string) => onChange(disabled.includes(type) ? disabled.filter((name) => name !== type) : [...disabled, type])
  return (
    <fieldset className="mb-3">
      <legend className="fs-6">What is captured</legend>
      <div className="event-types">
        {eventTypes.map(({ type, title, description }) => (
          <Form.Check
            key={type}
            type="switch"
            id={`captured-${type}`}
            data-testid={`captured-${type}`}
            label={title}
            title={description}
            checked={!disabled.includes(type)}
            onChange={() => toggle(type)}
          />
        ))}
      </div>
    </fieldset>
  )
}

/** What a site owner settles for one site. It holds in open tabs as soon as it is saved. */
export function SiteSettingsForm({ name, settings }: { name: string; settings: SiteSettings }) {
  const [disabled, setDisabled] = useState(settings.disabled)
  const [masks, setMasks] = useState(settings.maskSelectors.join('\n'))
  const [parameters, setParameters] = useState(settings.allowedParameters.join('\n'))
  const [idleSeconds, setIdleSeconds] = useState(String(settings.idleSeconds))
  const [respectPrivacySignals, setRespect] = useState(settings.respectPrivacySignals)
  const [errorMessages, setErrorMessages] = useState(settings.errorMessages)
  const [isSaved, setIsSaved] = useState(false)
  const wrongMasks = wrongSelectors(linesOf(masks))
  const wrongParameters = wrongList(linesOf(parameters))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const next: SiteSettings = {
      disabled,
      maskSelectors: linesOf(masks),
      allowedParameters: linesOf(parameters),
      idleSeconds: Number(idleSeconds),
      respectPrivacySignals,
      errorMessages,
    }
    await tell({ kind: 'configure', site: name, settings: next })
    setIsSaved(true)
  }
  return (
    <Form className="pt-3" onSubmit={(event) => void save(event)} onChange={() => setIsSaved(false)}>
      <EventTypes disabled={disabled} onChange={setDisabled} />
      <Form.Group className="mb-3" controlId="mask-selectors">
        <Form.Label>Hidden elements</Form.Label>
        <Form.Control
          as="textarea"
          rows={3}
          data-testid="mask-selectors"
          placeholder=".account"
          isInvalid={wrongMasks !== undefined}
          value={masks}
          onChange={(event) => setMasks(event.target.value)}
        />
        <Form.Control.Feedback type="invalid">{wrongMasks}</Form.Control.Feedback>
        <Form.Text>
          CSS selectors, one a line. These elements are never mentioned, nor is what is in them. Those with the attribute{' '}
          <code>data-webwatch-ignore</code> are hidden without being listed here.
        </Form.Text>
      </Form.Group>
      <Form.Group className="mb-3" controlId="allowed-parameters">
        <Form.Label>Parameters that addresses keep</Form.Label>
        <Form.Control
          as="textarea"
          rows={2}
          data-testid="allowed-parameters"
          isInvalid={wrongParameters !== undefined}
          value={parameters}
          onChange={(event) => setParameters(event.target.value)}
        />
        <Form.Control.Feedback type="invalid">{wrongParameters}</Form.Control.Feedback>
        <Form.Text>Names, one a line; a * at the end stands for any ending. All others are cut off before anything is stored.</Form.Text>
      </Form.Group>
      <Form.Group className="mb-3" controlId="idle-seconds">
        <Form.Label>Idle after so many seconds</Form.Label>
        <Form.Control
          type="number"
          min={1}
          max={86_400}
          required
          data-testid="idle-seconds"
          value={idleSeconds}
          onChange={(event) => setIdleSeconds(event.target.value)}
        />
      </Form.Group>
      <Form.Check
        className="mb-3"
        type="switch"
        id="respect-privacy-signals"
        data-testid="respect-privacy-signals"
        label="Capture nothing while this browser sends Do Not Track or Global Privacy Control"
        checked={respectPrivacySignals}
        onChange={(event) => setRespect(event.currentTarget.checked)}
      />
      <Form.Check
        className="mb-3"
        type="switch"
        id="error-messages"
        data-testid="error-messages"
        label="Keep the messages of script errors, which may carry data"
        checked={errorMessages}
        onChange={(event) => setErrorMessages(event.currentTarget.checked)}
      />
      <Button type="submit" size="sm" data-testid="save-site" disabled={(wrongMasks ?? wrongParameters) !== undefined}>
        Save
      </Button>{' '}
      {isSaved && (
        <span role="status" className="text-success-emphasis" data-testid="site-saved">
          Saved. Open tabs follow it already.
        </span>
      )}
    </Form>
  )
}
