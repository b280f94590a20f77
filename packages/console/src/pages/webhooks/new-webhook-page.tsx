import { Link } from '@tanstack/react-router'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { Trail } from '../../ui/trail.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { noWebhook, type WebhookDraft, WebhookFields, webhookFields } from './webhook-fields.tsx'
import classes from './webhooks.module.css'

/** Has an address told of events; the secret that they are signed with is shown this once. */
export function NewWebhookPage() {
  const [draft, setDraft] = useDraft<WebhookDraft>(noWebhook)
  const change = useChange(
    ({ url, description, events }: WebhookDraft) =>
      request('POST', '/v1/webhooks', {
        body: {
          url: url.trim(),
          ...(description.trim() !== '' && { description }),
          ...(events && { events: [...events] }),
        },
      }),
    ['webhooks'],
  )
  const made = change.data
  return (
    <>
      <Trail>
        <Link to="/webhooks">Webhooks</Link>
      </Trail>
      <Page title="New webhook">
        {made ? (
          <Section title="It is told of events from now on">
            <SecretOnce label="Signing secret" secret={made.secret} />
            <p className={classes.after}>
              Its receiver verifies by it that events come from here (Standard Webhooks).{' '}
              <Link to="/webhooks/$id" params={{ id: made.id }}>
                Go to the webhook and test it
              </Link>
            </p>
          </Section>
        ) : (
          <Section title="Who is told of what">
            <ChangeForm change={change} given={draft} action="Make it" beside={webhookFields}>
              <WebhookFields draft={draft} error={change.error} onChange={setDraft} />
            </ChangeForm>
          </Section>
        )}
      </Page>
    </>
  )
}
