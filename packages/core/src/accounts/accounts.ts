import type { AccountInput, AccountReply, AccountStatus, TrialReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import type { Page, PageRequest } from '../ports.ts'
import { type AccountAsker, accountCreation } from './audited.ts'
import { candidate } from './candidate.ts'
import { connect } from './connect.ts'
import { type AccountOwner, type AccountPorts, isOtherwiseTagged, readRecords } from './ports.ts'
import { trialReply } from './test-account.ts'
import { accountView } from './view.ts'

/** Connects an account as far as that goes without a person. @throws SallyportError input_invalid */
export async function createAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  input: AccountInput,
): Promise<AccountReply> {
  const target = await candidate(ports, owner, input)
  const { state } = await connect(ports, target)
  const account = { ...target.account, ...state }
  await recorded(ports.store, owner, accountCreation(account), (store) => store.accounts.create(account))
  return accountView(account, target.integration, ports.clock.now())
}

/** The same trial, and nothing stored. @throws SallyportError input_invalid */
export async function testAccountInput(
  ports: AccountPorts,
  owner: AccountOwner,
  input: AccountInput,
): Promise<TrialReply> {
  const target = await candidate(ports, owner, input)
  const { state, trial } = await connect(ports, target, { keep: false })
  return trialReply(trial ?? { ok: state.status !== 'pending' }, state.status)
}

export async function readAccount(
  ports: AccountPorts,
  owner: AccountOwner,
  id: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  return accountView(account, integration, ports.clock.now())
}

/** What a list of accounts is narrowed by. */
export interface AccountQuery {
  readonly integration?: string | undefined
  readonly environment?: string | undefined
  readonly status?: AccountStatus | undefined
  readonly text?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export async function listAccounts(
  ports: AccountPorts,
  owner: AccountOwner,
  query: AccountQuery,
  page: PageRequest,
): Promise<Page<AccountReply>> {
  const { organizationId } = owner
  const integration =
    query.integration === undefined
      ? undefined
      : await ports.store.integrations.getByKey(organizationId, query.integration)
  const environment =
    query.environment === undefined
      ? undefined
      : await ports.store.environments.get(organizationId, query.environment)
  const isOfNothing =
    (query.integration !== undefined && !integration) ||
    (query.environment !== undefined && !environment) ||
    (environment && owner.environment !== undefined && environment.key !== owner.environment) ||
    isOtherwiseTagged(query.tags, owner)
  if (isOfNothing) return { items: [], nextCursor: undefined }
  const now = ports.clock.now()
  const { items, nextCursor } = await ports.store.accounts.list(
    organizationId,
    {
      ...(integration && { integrationId: integration.id }),
      ...(environment ? { environment: environment.key } : ownEnvironment(owner)),
      ...(query.status !== undefined && { status: query.status, now }),
      ...(query.text !== undefined && { text: query.text }),
      ...(owner.accounts && { ids: [...owner.accounts] }),
      tags: { ...query.tags, ...owner.tags },
    },
    page,
  )
  const integrations = new Map<string, NonNullable<typeof integration>>()
  const views: AccountReply[] = []
  for (const account of items) {
    const known = integrations.get(account.integrationId)
    const its = known ?? (await ports.store.integrations.get(organizationId, account.integrationId))
    if (!its) continue
    integrations.set(account.integrationId, its)
    views.push(accountView(account, its, now))
  }
  return { items: views, nextCursor }
}

function ownEnvironment({ environment }: AccountOwner): { environment?: string } {
  return environment === undefined ? {} : { environment }
}
