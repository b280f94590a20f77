import type { ApiKeyReply } from '@sallyport/contract'
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

/** With the path by which the integration itself is tested: it answers something. One that asks for parameters does not. */
async function withPaths(
  targets: readonly { readonly name: string; readonly label: string; readonly integration: string }[],
): Promise<readonly ShownTarget[]> {
  const keys = [...new Set(targets.map(({ integration }) => integration))]
  const paths = new Map(await Promise.all(keys.map(async (key) => [key, await testedPath(key)] as const)))
  return targets.map(({ name, label, integration }) => ({ name, label, path: paths.get(integration) }))
}

async function testedPath(key: string): Promise<string | undefined> {
  const { test } = await request('GET', '/v1/integrations/{key}', { params: { key } }).catch(() => ({
    test: undefined,
  }))
  return test && test.method === 'GET' && !test.path.includes('{') ? test.path : undefined
}
