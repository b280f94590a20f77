import type { WebhookReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Deleting } from '../../ui/deleting.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { Deliveries } from './deliveries.tsx'
import { eventsInWords } from './event-choice.ts'
import { webhook } from './queries.ts'
import { reasonWords, webhookStatuses } from './status.ts'
import { WebhookActions } from './webhook-actions.tsx'
import { draftOf, type WebhookDraft, WebhookFields, webhookFields } from './webhook-fields.tsx'
import classes from './webhooks.module.css'

/** One webhook: how it goes, what to do, and what was sent to it. */
export function WebhookPage() {
  const { id } = useParams({ from: '/webhooks/$id' })
  const query = useQuery(webhook(id))
  const status = query.data && webhookStatuses[query.data.status]
  return (
    <>
      <Trail>
        <Link to="/webhooks">Webhooks</Link>
      </Trail>
      <Page title="Webhook" beside={status && <Badge tone={status.tone}>{status.label}</Badge>}>
        <Loaded query={query} rows={5}>
          {(shown) => (
            <>
              <Section title={shown.description ?? 'Details'}>
                <WebhookFacts webhook={shown} />
                <WebhookActions webhook={shown} />
              </Section>
              <Deliveries id={id} />
              <Section title="Change it">
                <Changing webhook={shown} />
              </Section>
              <Section title="Delete it">
                <Deleting
                  name="this webhook"
                  tells="Its address is told of nothing from then on. What is on its way is not sent any more."
                  remove={() => request('DELETE', '/v1/webhooks/{id}', { params: { id } })}
                  keys={['webhooks']}
                  to="/webhooks"
                />
              </Section>
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}

function WebhookFacts({ webhook }: { readonly webhook: WebhookReply }) {
  const { id, url, events, failingSince, lastDeliveredAt, createdAt } = webhook
  return (
    <Facts
      facts={{
        Address: <code className={classes.address}>{url}</code>,
        'Told of': eventsInWords(events),
        Why: reasonWords(webhook),
        'Failing since': failingSince && <Moment at={failingSince} />,
        'Last taken': lastDeliveredAt === undefined ? 'never' : <Moment at={lastDeliveredAt} />,
        Created: <Moment at={createdAt} />,
        'Webhook id': <code>{id}</code>,
      }}
    />
  )
}

function Changing({ webhook }: { readonly webhook: WebhookReply }) {
  const { id } = webhook
  const [draft, setDraft] = useState(() => draftOf(webhook))
  const change = useChange(
    ({ url, description, events }: WebhookDraft) =>
      request('PATCH', '/v1/webhooks/{id}', {
        params: { id },
        body: {
          url: url.trim(),
          description: description.trim() === '' ? null : description,
          events: events ? [...events] : null,
        },
      }),
    ['webhooks'],
  )
  return (
    <ChangeForm change={change} given={draft} action="Save" beside={webhookFields} done="Saved.">
      <WebhookFields
        draft={draft}
        error={change.error}
        onChange={(part) => setDraft({ ...draft, ...part })}
      />
    </ChangeForm>
  )
}
