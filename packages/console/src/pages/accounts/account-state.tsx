import type { AccountReply } from '@sallyport/contract'
import { Moment } from '../../ui/moment.tsx'
import classes from './account-state.module.css'
import { statuses } from './status.ts'

const revocations = {
  done: 'The provider has revoked its access.',
  pending: 'Access is being revoked at the provider; this is tried until it succeeds.',
  failed: 'Access could not be revoked at the provider. Revoke it there by hand.',
  unsupported:
    'The provider cannot be asked to revoke access. Take it back there by hand where that matters.',
} as const

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
        <p key={code}>{message}</p>
      ))}
      {statusSince !== undefined && move !== undefined && (
        <p className={classes.since}>
          Like this since <Moment at={statusSince} />
        </p>
      )}
    </section>
  )
}
