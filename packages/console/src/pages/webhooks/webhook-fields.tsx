import { Checkbox, Radio, TextInput } from '@mantine/core'
import type { WebhookEventType, WebhookReply } from '@sallyport/contract'
import { faultAt } from '../../api/faults.ts'
import { eventChoices } from './event-choice.ts'
import classes from './webhooks.module.css'

/** What somebody writes of a webhook. */
export interface WebhookDraft {
  readonly url: string
  readonly description: string
  /** Undefined: all that happens to accounts. */
  readonly events: readonly WebhookEventType[] | undefined
}

export const noWebhook: WebhookDraft = { url: '', description: '', events: undefined }

export function draftOf({ url, description = '', events }: WebhookReply): WebhookDraft {
  return { url, description, events }
}

/** JSON Pointers of these fields. */
export const webhookFields = ['/url', '/description', '/events']

export function WebhookFields(content: {
  readonly draft: WebhookDraft
  readonly error: unknown
  readonly onChange: (change: Partial<WebhookDraft>) => void
}) {
  const { draft, error, onChange } = content
  return (
    <>
      <TextInput
        label="Address"
        description="https, with whatever its receiver wants in it. Each event is a POST to it."
        type="url"
        required
        maxLength={2048}
        value={draft.url}
        error={faultAt(error, '/url')}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <TextInput
        label="What it is for (optional)"
        maxLength={500}
        value={draft.description}
        error={faultAt(error, '/description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <EventChoice events={draft.events} error={faultAt(error, '/events')} onChange={onChange} />
    </>
  )
}

function EventChoice(content: {
  readonly events: readonly WebhookEventType[] | undefined
  readonly error: string | undefined
  readonly onChange: (change: Pick<WebhookDraft, 'events'>) => void
}) {
  const { events, error, onChange } = content
  const turn = (type: WebhookEventType, isOn: boolean) =>
    onChange({
      events: eventChoices.flatMap((each) =>
        (each.type === type ? isOn : events?.includes(each.type)) ? [each.type] : [],
      ),
    })
  return (
    <fieldset className={classes.choice}>
      <legend>Told of</legend>
      <Radio
        name="events"
        label="All that happens to accounts, also what later versions tell"
        checked={events === undefined}
        onChange={() => onChange({ events: undefined })}
      />
      <Radio
        name="events"
        label="Only what is chosen"
        checked={events !== undefined}
        onChange={() => onChange({ events: [] })}
      />
      {error !== undefined && <p className={classes.error}>{error}</p>}
      {events && (
        <div className={classes.types}>
          {eventChoices.map(({ type, tells }) => (
            <Checkbox
              key={type}
              label={type}
              description={tells}
              checked={events.includes(type)}
              onChange={(event) => turn(type, event.currentTarget.checked)}
            />
          ))}
        </div>
      )}
    </fieldset>
  )
}
