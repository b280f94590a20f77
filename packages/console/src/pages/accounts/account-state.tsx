import type { AccountReply } from '@sallyport/contract'
import { Moment } from '../../ui/moment.tsx'
import classes from './account-state.module.css'
import { revocations, statuses } from './status.ts'

/** What nobody should overlook among warnings. */
const prominent: Readonly<Record<string, string>> = { different_person: 'Somebody else connected it.' }

/** Why it stands as it does, since when, and the one thing to do; and what to know besides. */
export function AccountState({ account }: { readonly account: AccountReply }) {
  const { status, reason, reasonDetail, statusSince, revocation, warnings } = account
  const { move, tone } = statuses[status]
  const why = reasonDetail ?? reason
  if (move === undefined && why === undefined && revocation === undefined && warnings.length === 0)
    return undefined
  return (
    <section
      aria-label="State"
      className={classes.state}
      data-tone={warnings.length > 0 && tone === 'good' ? 'warn' : tone}
    >
      {move !== undefined && <p className={classes.move}>{move}.</p>}
      {why !== undefined && (
        <p>
          {why} {reason !== undefined && reason !== why && <code>{reason}</code>}
        </p>
      )}
      {revocation !== undefined && <p>{revocations[revocation]}</p>}
      {warnings.map(({ code, message }) => (
        <p key={code}>
          {prominent[code] && <strong>{prominent[code]} </strong>}
          {message}
        </p>
      ))}
      {statusSince !== undefined && move !== undefined && (
        <p className={classes.since}>
          Like this since <Moment at={statusSince} />
        </p>
      )}
    </section>
  )
}
