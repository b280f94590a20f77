import type { EventReply } from '@sallyport/contract'
import { Moment } from '../../ui/moment.tsx'
import { revocations } from './status.ts'
import { StatusBadge } from './status-badge.tsx'
import classes from './timeline.module.css'

/** One change of an account. */
export function EventEntry({ event }: { readonly event: EventReply }) {
  const { type, at, data } = event
  return (
    <div className={classes.entry}>
      <span className={classes.what}>{sentence(type)}</span>
      {data.status && <StatusBadge status={data.status} />}
      <span className={classes.when}>
        <Moment at={at} />
      </span>
      {(data.reasonDetail ?? data.reason) && (
        <p className={classes.why}>{data.reasonDetail ?? data.reason}</p>
      )}
      {data.revocation && <p className={classes.why}>{revocations[data.revocation]}</p>}
      {data.differences && (
        <p className={classes.why}>Otherwise than before: {data.differences.join(', ')}.</p>
      )}
    </div>
  )
}

/** `account.needs_reconnect` as words; what a later version tells is shown as well as can be. */
function sentence(type: string): string {
  const words = type.replace(/^account\./, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
