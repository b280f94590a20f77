import type { Fault, RevocationFilter } from '@sallyport/contract'
import { invalid } from '../error.ts'
import type { RevocationSelection, Store } from '../ports.ts'

/** What can be asked for: all of it narrows. */
const filters = ['integration', 'client', 'environment', 'key', 'connectedSince', 'connectedUntil'] as const

/**
 * Which accounts are meant. Whoever means all of them says so: nothing that was left out or is misspelt ends every token
 * of an organization.
 *
 * @throws SallyportError input_invalid with all faults
 */
export async function selectionOf(
  { store }: { readonly store: Store },
  organizationId: string,
  filter: RevocationFilter,
): Promise<RevocationSelection> {
  const { integration: integrationKey, client: clientKey, environment: environmentKey, key: keyId } = filter
  const [integration, client, environment, key] = await Promise.all([
    found(integrationKey, (key) => store.integrations.getByKey(organizationId, key)),
    found(clientKey, (key) => store.oauthClients.getByKey(organizationId, key)),
    found(environmentKey, (key) => store.environments.get(organizationId, key)),
    found(keyId, (id) => usableBy(store, organizationId, id)),
  ])
  const faults = [
    ...scopeFaults(filter, key),
    ...unknown('/integration', integrationKey, integration),
    ...unknown('/client', clientKey, client),
    ...unknown('/environment', environmentKey, environment),
    ...unknown('/key', keyId, key),
  ]
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const { environment: ofKey, ...limits } = key ?? {}
  // Two environments have no account in common.
  const isNone = environment && ofKey !== undefined && environment.key !== ofKey
  const place = environment?.key ?? ofKey
  return {
    ...limits,
    ...(isNone && { ids: [] }),
    ...(integration && { integrationId: integration.id }),
    ...(client && { oauthClientId: client.id }),
    ...(place !== undefined && { environment: place }),
    ...(filter.connectedSince !== undefined && { connectedSince: Date.parse(filter.connectedSince) }),
    ...(filter.connectedUntil !== undefined && { connectedUntil: Date.parse(filter.connectedUntil) }),
  }
}

type Reach = Pick<RevocationSelection, 'ids' | 'environment' | 'tags'>

/** The accounts that a key can use: as it is limited, and of a profile's what that binds. */
async function usableBy(store: Store, organizationId: string, id: string): Promise<Reach | undefined> {
  const key = await store.apiKeys.get(organizationId, id)
  if (!key) return undefined
  const { accounts, environment, profile, tags } = key
  const bound = profile && (await store.apps.profile(organizationId, profile.appId, profile.name))?.bindings
  const ids = profile ? within(Object.values(bound ?? {}), accounts) : accounts
  return {
    ...(ids && { ids }),
    ...(environment !== undefined && { environment }),
    ...(tags && { tags }),
  }
}

function within(ids: readonly string[], limit: readonly string[] | undefined): readonly string[] {
  return limit ? ids.filter((id) => limit.includes(id)) : ids
}

function found<Found>(
  name: string | undefined,
  read: (name: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  return name === undefined ? Promise.resolve(undefined) : read(name)
}

function unknown(path: string, named: string | undefined, is: unknown): Fault[] {
  if (named === undefined || is !== undefined) return []
  const message = `There is no ${path.slice(1)} of this name. Check its spelling.`
  return [{ path, code: `unknown_${path.slice(1)}`, message }]
}

function scopeFaults(filter: RevocationFilter, key: Reach | undefined): Fault[] {
  const given = filters.filter((name) => filter[name] !== undefined)
  if (filter.all) {
    const message = '`all` stands for every account. Leave this out, or `all`.'
    return given.map((name) => ({ path: `/${name}`, code: 'not_with_all', message }))
  }
  const wantsAll = 'To end every token of the organization, send `"all": true`.'
  if (given.length === 0) {
    const message = `Say which accounts: give at least one of ${filters.join(', ')}. ${wantsAll}`
    return [{ path: '', code: 'required', message }]
  }
  const isUnlimited = key && !key.ids && key.environment === undefined && !key.tags
  if (isUnlimited && given.length === 1) {
    return [{ path: '/key', code: 'reaches_all', message: `This key can use every account. ${wantsAll}` }]
  }
  return timeFaults(filter)
}

function timeFaults({ connectedSince: since, connectedUntil: until }: RevocationFilter): Fault[] {
  if (since === undefined || until === undefined || Date.parse(since) < Date.parse(until)) return []
  return [
    { path: '/connectedUntil', code: 'empty', message: 'Give a time that is later than connectedSince.' },
  ]
}
