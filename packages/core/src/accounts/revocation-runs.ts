import {
  type RevocationInput,
  type RevocationPreview,
  type RevocationReply,
  type RevokedAccountReply,
  type RevokedAccountState,
  revokedAccountStates,
} from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { definitionOf } from '../credentials/definition.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type {
  Clock,
  Page,
  PageRequest,
  Random,
  RevocationRunRecord,
  RevocationSelection,
  Store,
} from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import { selectionOf } from './revocation-selection.ts'

export interface RevocationRunPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/**
 * Takes on that many accounts are disconnected and revoked at their providers, or with `dryRun` tells how many.
 *
 * @throws SallyportError input_invalid, scope_missing
 */
export async function startRevocation(
  ports: RevocationRunPorts,
  principal: Principal,
  { dryRun, ...filter }: RevocationInput,
): Promise<RevocationReply | RevocationPreview> {
  requireUnbound(principal)
  const { organizationId } = principal
  const selection = await selectionOf(ports, organizationId, filter)
  if (dryRun) return preview(ports, organizationId, selection)
  const row = {
    ...({ organizationId, id: newId('rvr', ports), status: 'running', filter } as const),
    ...{ startedAt: ports.clock.now(), endedAt: undefined },
  }
  const deedOf = (total: number): Deed => ({
    action: 'revocation.started',
    target: { kind: 'revocation', id: row.id },
    changes: changesBetween({}, { ...filter, total }),
  })
  const total = await recorded(ports.store, principal, deedOf, (store) =>
    store.revocationRuns.create(row, selection),
  )
  return view(ports, { ...row, total })
}

async function preview(
  { store }: RevocationRunPorts,
  organizationId: string,
  selection: RevocationSelection,
): Promise<RevocationPreview> {
  const integrations: RevocationPreview['integrations'] = []
  for (const { integrationId, accounts } of await store.revocationRuns.preview(organizationId, selection)) {
    const integration = await store.integrations.get(organizationId, integrationId)
    if (!integration) continue
    const definition = definitionOf(integration)
    const revocable = schemeOf(definition).revocable?.(definition) ?? false
    integrations.push({ integration: integration.key, accounts, revocable })
  }
  const total = integrations.reduce((sum, { accounts }) => sum + accounts, 0)
  return { dryRun: true, total, integrations }
}

export async function listRevocations(
  ports: RevocationRunPorts,
  principal: Principal,
  page: PageRequest,
): Promise<Page<RevocationReply>> {
  requireUnbound(principal)
  const { items, nextCursor } = await ports.store.revocationRuns.list(principal.organizationId, page)
  return { items: await Promise.all(items.map((run) => view(ports, run))), nextCursor }
}

/** @throws SallyportError not_found */
export async function readRevocation(
  ports: RevocationRunPorts,
  principal: Principal,
  id: string,
): Promise<RevocationReply> {
  return view(ports, await runById(ports, principal, id))
}

/** Tokens of these may still work, or nobody knows. */
const remainder = revokedAccountStates.filter((state) => state !== 'revoked')

/** @throws SallyportError not_found */
export async function listRevokedAccounts(
  ports: RevocationRunPorts,
  principal: Principal,
  {
    id,
    state,
    page,
  }: { readonly id: string; readonly state?: RevokedAccountState | undefined; readonly page: PageRequest },
): Promise<Page<RevokedAccountReply>> {
  const run = await runById(ports, principal, id)
  const states = state === undefined ? remainder : [state]
  const { items, nextCursor } = await ports.store.revocationRuns.accounts(run, states, page)
  const views = items.map(({ accountId, nextAttemptAt, reason, reasonDetail, ...account }) => ({
    account: accountId,
    ...account,
    ...(reason !== undefined && { reason }),
    ...(reasonDetail !== undefined && { reasonDetail }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: new Date(nextAttemptAt).toISOString() }),
  }))
  return { items: views, nextCursor }
}

/** Has all that is left of it tried now. @throws SallyportError not_found */
export async function retryRevocation(
  ports: RevocationRunPorts,
  principal: Principal,
  id: string,
): Promise<RevocationReply> {
  const run = await runById(ports, principal, id)
  const deed = { action: 'revocation.retried', target: { kind: 'revocation', id } }
  await recorded(ports.store, principal, deed, (store) => store.revocationRuns.hasten(run, ports.clock.now()))
  return readRevocation(ports, principal, id)
}

async function runById(
  { store }: RevocationRunPorts,
  principal: Principal,
  id: string,
): Promise<RevocationRunRecord> {
  requireUnbound(principal)
  const run = await store.revocationRuns.get(principal.organizationId, id)
  if (!run) throw new SallyportError('not_found')
  return run
}

async function view({ store }: RevocationRunPorts, run: RevocationRunRecord): Promise<RevocationReply> {
  const { revoked, unsupported, failed, gone, waiting, pending } = await store.revocationRuns.counts(run)
  return {
    id: run.id,
    status: run.status,
    filter: run.filter,
    total: run.total,
    done: revoked + unsupported + failed + gone,
    ...{ revoked, unsupported, failed, gone },
    remaining: waiting + pending,
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.endedAt !== undefined && { endedAt: new Date(run.endedAt).toISOString() }),
  }
}
