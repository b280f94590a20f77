import type { AccountReply, AccountStatus, Warning } from '@sallyport/contract'
import { ended } from '../account-events.ts'
import { definitionOf } from '../credentials/definition.ts'
import { renewalTime } from '../credentials/freshness.ts'
import type { AccountCreator, AccountRecord, IntegrationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { differenceWarnings } from './differences.ts'

const fiveMinutes = 300_000
/** Ten years, at which a lifetime is cut. */
const longestLifetime = 315_360_000_000

/** An account as replies show it. */
export function accountView(
  account: AccountRecord,
  integration: Pick<IntegrationRecord, 'key' | 'definition' | 'oauthClient'>,
  now: number,
): AccountReply {
  const definition = definitionOf(integration)
  const status = statusOf(account, now)
  const scheme = schemeOf(definition)
  const { issuedAt, expiresAt } = account
  const renewsAt =
    issuedAt === undefined ? undefined : renewalTime({ issuedAt, expiresAt }, scheme.renewal(definition))
  const nextRenewal = account.dueAt ?? (account.renewable ? renewsAt : undefined)
  return {
    id: account.id,
    integration: integration.key,
    name: account.name,
    environment: account.environment,
    status,
    ...reasonOf(account, status),
    ...time('statusSince', sinceOf(account, status)),
    warnings: [...(scheme.warnings?.(definition, account) ?? []), ...warningsOf(account)],
    generation: account.generation,
    ...time('expiresAt', expiresAt),
    ...time('nextRenewalAt', account.exportedAt === undefined ? nextRenewal : undefined),
    ...time('reconnectBy', status === 'expiring' ? expiresAt : account.refreshExpiresAt),
    scopes: [...account.scopes],
    parameters: { ...account.parameters },
    kept: { ...account.kept },
    ...(status === 'revoked' && account.revocation && { revocation: account.revocation }),
    secretsSet: [...account.secretsSet],
    ...time('connectedAt', account.connectedAt),
    ...time('exportedAt', account.exportedAt),
    tags: { ...account.tags },
    ...time('lastUsedAt', account.lastUsedAt),
    ...(account.createdBy && { createdBy: creator(account.createdBy) }),
    createdAt: new Date(account.createdAt).toISOString(),
    updatedAt: new Date(account.updatedAt).toISOString(),
  }
}

function creator({ kind, id }: AccountCreator): AccountReply['createdBy'] {
  return { kind, ...(id !== undefined && { id }) }
}

/** The stored status, seen at this moment: what expired without renewal needs somebody. */
export function statusOf(account: AccountRecord, now: number): AccountStatus {
  if (account.disabled) return 'disabled'
  const ended = account.expiresAt !== undefined && account.expiresAt <= now && !account.renewable
  return ended && account.status === 'expiring' ? 'needs_reconnect' : account.status
}

/** Of what is shown otherwise than it is stored: since its token ended, or unknown. */
function sinceOf(
  { status, statusSince, expiresAt }: AccountRecord,
  shown: AccountStatus,
): number | undefined {
  if (shown === status) return statusSince
  return shown === 'needs_reconnect' ? expiresAt : undefined
}

function reasonOf(
  account: AccountRecord,
  status: AccountStatus,
): Pick<AccountReply, 'reason' | 'reasonDetail'> {
  if (status === 'needs_reconnect' && account.status === 'expiring') {
    return ended
  }
  return {
    ...(account.reason !== undefined && { reason: account.reason }),
    ...(account.reasonDetail !== undefined && { reasonDetail: account.reasonDetail }),
  }
}

function warningsOf(account: AccountRecord): Warning[] {
  return [
    ...differenceWarnings(account),
    ...(account.exportedAt === undefined ? [] : [exported]),
    ...lifetimeWarnings(account),
  ]
}

const exported: Warning = {
  code: 'exported',
  message:
    'The credential was exported. It is not renewed here any more: disconnect the account once it works where it was imported, or thaw it if it was imported nowhere.',
}

function lifetimeWarnings({ issuedAt, expiresAt }: AccountRecord): Warning[] {
  if (issuedAt === undefined || expiresAt === undefined) return []
  if (expiresAt - issuedAt >= longestLifetime) {
    const message =
      'The provider names a lifetime of ten years or more, which looks like a point in time. If it is one, set tokenReply.expiryUnit to epoch_s or epoch_ms.'
    return [{ code: 'lifetime_clamped', message }]
  }
  if (expiresAt - issuedAt >= fiveMinutes) return []
  return [
    {
      code: 'short_lifetime',
      message:
        'The tokens of this account live less than five minutes, so that many calls wait for a renewal.',
    },
  ]
}

function time<Name extends string>(name: Name, at: number | undefined): { [key in Name]?: string } {
  return (at === undefined ? {} : { [name]: new Date(at).toISOString() }) as { [key in Name]?: string }
}
