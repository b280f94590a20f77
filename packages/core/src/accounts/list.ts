import type { AccountCounts, AccountReply, AccountStatus, RenewalCounts } from '@sallyport/contract'
import { accountStatuses } from '@sallyport/contract'
import type {
  AccountFilter,
  AccountOrder,
  AccountRecord,
  IntegrationRecord,
  Page,
  PageRequest,
} from '../ports.ts'
import { withCreatorNames } from './creator.ts'
import { type AccountOwner, type AccountPorts, isOtherwiseTagged } from './ports.ts'
import { cursorOf, positionIn } from './position.ts'
import { accountView } from './view.ts'

/** What a list of accounts is narrowed by. */
export interface AccountQuery {
  readonly integration?: string | undefined
  readonly environment?: string | undefined
  /** Key of the app whose profiles bind them. */
  readonly app?: string | undefined
  readonly status?: AccountStatus | undefined
  readonly text?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

type ListPorts = Pick<AccountPorts, 'store' | 'clock'>

/** By their ids, or in the order that is given. @throws SallyportError input_invalid for a cursor of another order */
export async function listAccounts(
  ports: ListPorts,
  owner: AccountOwner,
  query: AccountQuery,
  { order, ...page }: PageRequest & { readonly order?: AccountOrder | undefined },
): Promise<Page<AccountReply>> {
  const filter = await filterOf(ports, owner, query)
  const after = order && positionIn(order, page.after)
  if (!filter) return { items: [], nextCursor: undefined }
  const { organizationId } = owner
  if (!order) {
    const { items, nextCursor } = await ports.store.accounts.list(organizationId, filter, page)
    return { items: await views(ports, organizationId, items), nextCursor }
  }
  const { items, next } = await ports.store.accounts.sorted(organizationId, filter, order, {
    limit: page.limit,
    after,
  })
  return { items: await views(ports, organizationId, items), nextCursor: next && cursorOf(order, next) }
}

/** How many there are, of each status; in groups also by integration and environment. */
export async function countAccounts(
  ports: ListPorts,
  owner: AccountOwner,
  query: AccountQuery,
  inGroups: boolean,
): Promise<AccountCounts> {
  const filter = await filterOf(ports, owner, query)
  const { organizationId } = owner
  const found = filter && (await ports.store.accounts.count(organizationId, filter))
  const groups = inGroups && filter ? await ports.store.accounts.groups(organizationId, filter) : []
  const counts = accountStatuses.map((status) => [status, found?.get(status) ?? 0] as const)
  return {
    total: counts.reduce((total, [, count]) => total + count, 0),
    byStatus: Object.fromEntries(counts) as AccountCounts['byStatus'],
    ...(inGroups && { groups: [...groups] }),
  }
}

const parts = 24

/** How renewals of the last hours went, as far as their traces are kept. */
export async function countRenewals(
  ports: ListPorts,
  owner: AccountOwner,
  hours: number,
): Promise<RenewalCounts> {
  const until = ports.clock.now()
  const milliseconds = (hours * 3_600_000) / parts
  const from = until - hours * 3_600_000
  const filter = await filterOf(ports, owner, { tags: {} })
  const stretches = { from, milliseconds, count: parts }
  const found = filter ? await ports.store.traces.countRenewals(owner.organizationId, filter, stretches) : []
  const iso = (at: number) => new Date(at).toISOString()
  return {
    from: iso(from),
    until: iso(until),
    parts: Array.from({ length: parts }, (_, part) => {
      const { renewed = 0, failed = 0 } = found.find(({ index }) => index === part) ?? {}
      return { from: iso(from + part * milliseconds), renewed, failed }
    }),
  }
}

/** Undefined where no account can match. */
async function filterOf(
  { store, clock }: ListPorts,
  owner: AccountOwner,
  query: AccountQuery,
): Promise<AccountFilter | undefined> {
  const { organizationId } = owner
  const integration =
    query.integration === undefined
      ? undefined
      : await store.integrations.getByKey(organizationId, query.integration)
  const environment =
    query.environment === undefined
      ? undefined
      : await store.environments.get(organizationId, query.environment)
  const app = query.app === undefined ? undefined : await store.apps.getByKey(organizationId, query.app)
  const isOfNothing =
    (query.app !== undefined && !app) ||
    (query.integration !== undefined && !integration) ||
    (query.environment !== undefined && !environment) ||
    (environment && owner.environment !== undefined && environment.key !== owner.environment) ||
    isOtherwiseTagged(query.tags, owner)
  if (isOfNothing) return undefined
  const place = environment?.key ?? owner.environment
  return {
    now: clock.now(),
    ...(integration && { integrationId: integration.id }),
    ...(app && { appId: app.id }),
    ...(place !== undefined && { environment: place }),
    ...(query.status !== undefined && { status: query.status }),
    ...(query.text !== undefined && { text: query.text }),
    ...(owner.accounts && { ids: [...owner.accounts] }),
    tags: { ...query.tags, ...owner.tags },
  }
}

async function views(
  { store, clock }: ListPorts,
  organizationId: string,
  accounts: readonly AccountRecord[],
): Promise<AccountReply[]> {
  const now = clock.now()
  const integrations = new Map<string, IntegrationRecord>()
  const shown: AccountReply[] = []
  for (const account of accounts) {
    const known = integrations.get(account.integrationId)
    const its = known ?? (await store.integrations.get(organizationId, account.integrationId))
    if (!its) continue
    integrations.set(account.integrationId, its)
    shown.push(accountView(account, its, now))
  }
  return withCreatorNames(store, organizationId, shown)
}
