import type { AccountReply } from '@sallyport/contract'
import { queryOptions } from '@tanstack/react-query'
import { addressOf } from '../../api/addresses.ts'
import { Failure } from '../../api/failure.ts'
import { request } from '../../api/request.ts'

/** How the practice provider authenticates. What it knows of clients is no secret: it serves this machine alone. */
export const definitionOf = (origin: string) => ({
  key: 'practice',
  name: 'Practice',
  baseUrl: `${origin}/api`,
  auth: {
    type: 'oauth2' as const,
    grant: 'client_credentials' as const,
    tokenUrl: `${origin}/token`,
    clientId: 'practice',
    clientSecret: 'practice-secret',
  },
})

export const firstAccount = { integration: 'practice', name: 'My first' }

/** What of the walk was done already, in this browser or another. */
export const progress = queryOptions({
  queryKey: ['accounts', 'practice'],
  queryFn: async (): Promise<{ readonly isDefined: boolean; readonly account: AccountReply | undefined }> => {
    const isDefined = await request('GET', '/v1/integrations/{key}', { params: { key: 'practice' } }).then(
      () => true,
      (error) => {
        if (error instanceof Failure && error.code === 'not_found') return false
        throw error
      },
    )
    if (!isDefined) return { isDefined, account: undefined }
    const { items } = await request('GET', '/v1/accounts', { query: { integration: 'practice', limit: '1' } })
    return { isDefined, account: items[0] }
  },
})

export const keyFor = (account: AccountReply) => ({
  name: 'First steps',
  scopes: ['proxy:call' as const],
  accounts: [account.id],
})

export interface ProxyReply {
  readonly status: number
  readonly text: string
}

/** What came of the first call. Its key is known to this page alone, and is gone with it. */
export interface FirstCall {
  readonly key: string
  readonly reply: ProxyReply
}

/** A call through the passage, as any program makes it: by key, not by the session. @throws Failure */
export async function call(
  method: 'GET' | 'POST',
  account: string,
  path: string,
  key: string,
): Promise<ProxyReply> {
  const reply = await fetch(proxyAddress(account, path), {
    method,
    credentials: 'omit',
    headers: { authorization: `Bearer ${key}` },
  }).catch((error) => {
    throw new Failure(undefined, error)
  })
  if (reply.headers.has('sallyport-error')) throw new Failure(await reply.json())
  return { status: reply.status, text: await reply.text() }
}

export function proxyAddress(account: string, path: string): string {
  return new URL(addressOf(`/proxy/${account}/${path}`), location.href).href
}

/** Which of its tokens the provider was called with, as it says. */
export function tokenNumber({ text }: ProxyReply): number | undefined {
  const { tokenNumber } = JSON.parse(text) as { readonly tokenNumber?: number }
  return tokenNumber
}
