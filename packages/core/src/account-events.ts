import type { AccountStatus, EventData, EventReply, EventType } from '@sallyport/contract'
import type { Differences, EventRecord } from './ports.ts'

/** What of an account decides which events a change of it makes. */
export interface Standing {
  readonly status: AccountStatus
  readonly reason: string | undefined
  readonly reasonDetail: string | undefined
  readonly expiresAt: number | undefined
  readonly refreshExpiresAt: number | undefined
  readonly revocation: EventData['revocation']
  readonly differences?: Differences | undefined
}

/** What happened, and how the account stands from then on. */
export interface AccountEvent {
  readonly type: EventType
  readonly data: EventData
}

/** Stored with `expiring` once the end of its token has been told. */
export const ended = {
  reason: 'expired',
  reasonDetail: 'The token has expired, and the provider gave none to renew it with.',
} as const

/** Statuses in which calls are possible. */
const usable: ReadonlySet<AccountStatus | undefined> = new Set(['connected', 'expiring'])

/**
 * The one place that says which events a change of an account makes: none while its status stays, however often
 * and for whatever reasons something fails. `before` is undefined for a new account, `after` for one that goes.
 */
export function accountEvents(before: Standing | undefined, after: Standing | undefined): AccountEvent[] {
  const was = before && statusOf(before)
  const previous = was && { previousStatus: was }
  if (!after) {
    if (!before) return []
    const { revocation } = before
    return [{ type: 'account.deleted', data: { ...previous, ...(revocation && { revocation }) } }]
  }
  const data = { ...previous, ...shown(after) }
  return [
    ...typesOf(was, statusOf(after)).map((type) => ({ type, data })),
    ...differing(before?.differences, after.differences).map((differences) => ({
      type: 'account.different_person' as const,
      data: { ...data, differences },
    })),
  ]
}

/** Once for each time that it was connected by somebody else. */
function differing(before: Differences | undefined, after: Differences | undefined): string[][] {
  const isNew = after !== undefined && after.names.length > 0 && after.generation !== before?.generation
  return isNew ? [[...after.names]] : []
}

function typesOf(was: AccountStatus | undefined, is: AccountStatus): EventType[] {
  if (was === is) return []
  const back: EventType = was === 'failing' ? 'account.recovered' : 'account.connected'
  switch (is) {
    case 'connected':
      return [back]
    case 'expiring':
      return was === 'connected' ? ['account.expiring'] : [back, 'account.expiring']
    case 'failing':
      return ['account.failing']
    case 'needs_reconnect':
      return ['account.needs_reconnect']
    case 'revoked':
      return ['account.disconnected']
    case 'pending':
      // What it held is gone, and it waits for a person.
      return usable.has(was) || was === 'failing' ? ['account.needs_reconnect'] : []
    default:
      return []
  }
}

/** As people were told: an end that was noticed is one. */
function statusOf({ status, reason }: Standing): AccountStatus {
  return status === 'expiring' && reason === ended.reason ? 'needs_reconnect' : status
}

/** How an account stands, as events show it. */
export function shown(standing: Standing): EventData {
  const { reason, reasonDetail, revocation } = standing
  const status = statusOf(standing)
  const reconnectBy = status === 'expiring' ? standing.expiresAt : standing.refreshExpiresAt
  return {
    status,
    ...(reason !== undefined && { reason }),
    ...(reasonDetail !== undefined && { reasonDetail }),
    ...(usable.has(status) && reconnectBy !== undefined && { reconnectBy: iso(reconnectBy) }),
    ...(status === 'revoked' && revocation && { revocation }),
  }
}

/** An event as replies show it, and as webhooks are sent it. */
export function eventView(record: Omit<EventRecord, 'organizationId'>): EventReply {
  const { id, type, at, accountId, integration, environment, data } = record
  return {
    id,
    type,
    at: iso(at),
    account: accountId,
    integration,
    environment,
    data: JSON.parse(data) as EventData,
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
