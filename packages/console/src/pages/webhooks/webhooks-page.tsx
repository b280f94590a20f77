import type { WebhookReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Page, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { Trail } from '../../ui/trail.tsx'
import { eventsInWords } from './event-choice.ts'
import { webhooks } from './queries.ts'
import { webhookStatuses } from './status.ts'
import classes from './webhooks.module.css'

/** Who is told of events as they happen. */
export function WebhooksPage() {
  return (
    <>
      <Trail>
        <Link to="/events">Events</Link>
      </Trail>
      <Page title="Webhooks" beside={<Link to="/webhooks/new">New webhook</Link>}>
        <p className={classes.tells}>
          Addresses that are told of events as they happen, each signed, and sent again until it is taken.
        </p>
        <Section title="All webhooks">
          <Loaded query={useQuery(webhooks)}>
            {(all) =>
              all.length === 0 ? (
                <Empty>There are no webhooks yet. Make one to be told when an account needs somebody.</Empty>
              ) : (
                <WebhookTable webhooks={all} />
              )
            }
          </Loaded>
        </Section>
      </Page>
    </>
  )
}

function WebhookTable({ webhooks }: { readonly webhooks: readonly WebhookReply[] }) {
  return (
    <Table heads={['Address', 'Status', 'Told of', 'For', 'Last taken']}>
      {webhooks.map(({ id, url, status, events, description, lastDeliveredAt }) => (
        <tr key={id}>
          <th scope="row" className={classes.address}>
            <Link to="/webhooks/$id" params={{ id }}>
              {url}
            </Link>
          </th>
          <td>
            <Badge tone={webhookStatuses[status].tone}>{webhookStatuses[status].label}</Badge>
          </td>
          <td data-label="Told of">{eventsInWords(events)}</td>
          <td data-label="For" className={classes.address}>
            {description ?? '–'}
          </td>
          <td data-label="Last taken">
            {lastDeliveredAt === undefined ? 'never' : <Moment at={lastDeliveredAt} />}
          </td>
        </tr>
      ))}
    </Table>
  )
}
