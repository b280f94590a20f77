import type { AnyEventReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Badge } from '../../ui/badge.tsx'
import { ExactMoment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import { StatusBadge } from '../accounts/status-badge.tsx'
import classes from './events.module.css'
import { isCall, resultOf, titleOf, toneOf } from './words.ts'

/** One event a row, newest first. */
export function EventTable({ events }: { readonly events: readonly AnyEventReply[] }) {
  return (
    <div className={classes.table}>
      <Table heads={['What', 'Result', 'When', 'Account', 'Integration', 'Took']}>
        {events.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </Table>
    </div>
  )
}

function EventRow({ event }: { readonly event: AnyEventReply }) {
  const { id, at, account, accountName, integration, environment } = event
  return (
    <tr>
      <th scope="row">
        <Link to="/events/$id" params={{ id }}>
          {titleOf(event)}
        </Link>
      </th>
      <td>
        {isCall(event) ? (
          <Badge tone={toneOf(event)}>{resultOf(event)}</Badge>
        ) : event.data.status === undefined ? (
          '–'
        ) : (
          <StatusBadge status={event.data.status} />
        )}
      </td>
      <td data-label="When">
        <ExactMoment at={at} />
      </td>
      <td data-label="Account">
        {account === undefined ? (
          '–'
        ) : accountName === undefined ? (
          <code>{account}</code>
        ) : (
          <Link to="/accounts/$id" params={{ id: account }}>
            {accountName}
          </Link>
        )}
      </td>
      <td data-label="Integration">
        {integration === undefined ? '–' : `${integration}${environment ? `, ${environment}` : ''}`}
      </td>
      <td data-label="Took">{isCall(event) ? `${Math.round(event.data.milliseconds.total)} ms` : '–'}</td>
    </tr>
  )
}
