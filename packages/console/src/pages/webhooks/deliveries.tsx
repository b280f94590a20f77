import { Button } from '@mantine/core'
import type { DeliveryReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table.tsx'
import { deliveries } from './queries.ts'
import { attemptWords, deliveryStatuses } from './status.ts'
import classes from './webhooks.module.css'

/** What was sent to a webhook and how that went; any of it can be sent again. */
export function Deliveries({ id }: { readonly id: string }) {
  const { cursor } = useSearch({ from: '/webhooks/$id' })
  const change = useChange(
    (delivery: string) =>
      request('POST', '/v1/webhooks/{id}/deliveries/{delivery}/replay', { params: { id, delivery } }),
    ['webhooks'],
  )
  return (
    <Section title="Deliveries">
      <ChangeProblem change={change} />
      <p role="status" className={classes.said}>
        {change.isSuccess && 'It is sent again, the same letter by letter.'}
      </p>
      <Loaded query={useQuery(deliveries(id, cursor))}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>Nothing was sent yet. Send a test, or wait for something to happen.</Empty>
            ) : (
              <DeliveryTable deliveries={items} onReplay={change.mutate} isUnderWay={change.isPending} />
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

function DeliveryTable(content: {
  readonly deliveries: readonly DeliveryReply[]
  readonly isUnderWay: boolean
  readonly onReplay: (id: string) => void
}) {
  const { deliveries, isUnderWay, onReplay } = content
  return (
    <Table heads={['Event', 'Status', 'Last attempt', 'Attempts', 'Next', 'Again']}>
      {deliveries.map((delivery) => {
        const { id, event, type, status, attempts, lastAttemptAt, nextAttemptAt } = delivery
        const { tone, label } = deliveryStatuses[status]
        return (
          <tr key={id}>
            <th scope="row">
              {type.startsWith('account.') ? (
                <Link to="/events/$id" params={{ id: event }}>
                  {type}
                </Link>
              ) : (
                type
              )}
            </th>
            <td>
              <Badge tone={tone}>{label}</Badge>
            </td>
            <td data-label="Last attempt">
              {attemptWords(delivery)} {lastAttemptAt && <ExactMoment at={lastAttemptAt} />}
            </td>
            <td data-label="Attempts">{attempts}</td>
            <td data-label="Next">{nextAttemptAt ? <ExactMoment at={nextAttemptAt} /> : '–'}</td>
            <td>
              <Button
                size="xs"
                variant="default"
                disabled={isUnderWay || status === 'pending'}
                onClick={() => onReplay(id)}
              >
                Send again
              </Button>
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
