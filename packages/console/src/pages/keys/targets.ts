import type { ApiKeyReply, IntegrationReply } from '@sallyport/contract'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import type { CallTarget } from './snippets.ts'

interface ShownTarget extends CallTarget {
  readonly label: string
}

/** Accounts that are offered for a first call where no adapter is known. */
const mostAccounts = '20'

/** What a key can call: the adapters that its profile binds, or else accounts that it reaches. */
export const callTargets = (key: ApiKeyReply) =>
  queryOptions({
    queryKey: ['keys', key.id, 'targets'],
    queryFn: async (): Promise<readonly ShownTarget[]> => {
      if (!key.scopes.includes('proxy:call')) return []
      const found = key.app === undefined ? accountsOf(key) : adaptersOf(key.app, key.profile ?? '')
      // A snippet to a known path is a convenience; the key is shown whatever becomes of it.
      return found.catch(() => [])
    },
    staleTime: Infinity,
  })

async function adaptersOf(app: string, profile: string): Promise<readonly ShownTarget[]> {
  const [{ adapters }, { unbound }] = await Promise.all([
    request('GET', '/v1/apps/{key}', { params: { key: app } }),
    request('GET', '/v1/apps/{key}/profiles/{profile}', { params: { key: app, profile } }),
  ])
  const bound = adapters.filter(({ name }) => !unbound.includes(name))
  return withPaths(bound.map(({ name, integration }) => ({ name, label: name, integration })))
}

async function accountsOf({ accounts, environment }: ApiKeyReply): Promise<readonly ShownTarget[]> {
  const { items } = await request('GET', '/v1/accounts', {
    query: { limit: mostAccounts, status: 'connected', ...(environment !== undefined && { environment }) },
  })
  const reached = items.filter(({ id }) => accounts === undefined || accounts.includes(id))
  return withPaths(reached.map(({ id, name, integration }) => ({ name: id, label: name, integration })))
}

interface OfIntegration {
  readonly name: string
  readonly label: string
  readonly integration: string
}

/** With how each is called: that is what its integration says, which some keys' makers may not read. */
async function withPaths(targets: readonly OfIntegration[]): Promise<readonly ShownTarget[]> {
  const keys = [...new Set(targets.map(({ integration }) => integration))]
  const ways = new Map(await Promise.all(keys.map(async (key) => [key, await wayTo(key)] as const)))
  return targets.flatMap(({ name, label, integration }) => {
    const way = ways.get(integration)
    return way ? [{ name, label, ...way }] : []
  })
}

/** Undefined where nothing answers without more being known: there is no base URL. */
async function wayTo(key: string): Promise<Pick<CallTarget, 'passage' | 'path'> | undefined> {
  const found = await request('GET', '/v1/integrations/{key}', { params: { key } }).catch(() => undefined)
  if (!found) return { passage: 'proxy' }
  if ('host' in found.auth) return { passage: 'sftp' }
  return found.baseUrl === undefined ? undefined : { passage: 'proxy', path: testedPath(found.test) }
}

/** The path by which the integration itself is tested answers something; one that asks for parameters does not. */
function testedPath(test: IntegrationReply['test']): string | undefined {
  return test && test.method === 'GET' && !test.path.includes('{') ? test.path : undefined
}
