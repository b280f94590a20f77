import { jsonReply, type ProviderRequest } from '../message.ts'
import { type Addresses, isListed, meantHost } from './addresses.ts'
import { apiEndpoint, isCall } from './call.ts'
import { goesTo } from './compare.ts'
import type { Conduct, Context } from './context.ts'
import { cookieEndpoints } from './cookie-login.ts'
import { customTokenEndpoints } from './custom-token.ts'
import { knownValues } from './known-values.ts'
import { forgetOauth1, oauth1Endpoints } from './oauth1.ts'
import { oauth2Endpoints } from './oauth2.ts'
import type { Paging } from './paging.ts'
import type { SampleUse } from './sample-use.ts'
import { TokenBook } from './token-book.ts'
import { type Endpoint, type Exchange, refused, type Verdict } from './verdict.ts'

/** What a provider is made from. */
export interface DeclaredProviderOptions
  extends Pick<SampleUse, 'definition' | 'parameters' | 'secret' | 'listedHosts'> {
  readonly addresses: Addresses
  readonly conduct?: Partial<Conduct>
  /** Epoch milliseconds. */
  readonly now?: () => number
  readonly paging?: readonly Paging[] | undefined
}

/** A provider that behaves as a definition declares, and refuses what is not exactly so. */
export interface DeclaredProvider {
  readonly conduct: Conduct
  respond(request: ProviderRequest): Exchange
  /** All exchanges so far, or those of a purpose. */
  exchanges(purpose?: string): readonly Exchange[]
  /** Takes no access token any more that was issued so far; what renews them goes on. */
  forgetAccess(): void
  /** Takes another secret of the account in place of the old one. */
  replaceSecret(secret: Readonly<Record<string, string>>): void
}

/** Makes a provider from a definition alone; nothing of it is known but what that says. */
export function declaredProvider(options: DeclaredProviderOptions): DeclaredProvider {
  const { definition, now = Date.now, listedHosts } = options
  const conduct: Conduct = {
    ...{ expiresInSeconds: undefined, rotates: undefined, asksOnPage: false, refusing: 'nothing' },
    ...options.conduct,
  }
  const values = { ...knownValues(definition, options) }
  const context: Context = { definition, values, conduct, now, book: new TokenBook(now) }
  const endpoints = endpointsOf[definition.auth.type]?.(context) ?? []
  const api = apiEndpoint(context, options.paging?.[0])
  const exchanges: Exchange[] = []
  return {
    conduct,
    respond(request) {
      const exchange = { ...judged(context, { endpoints, api, listedHosts }, request), request }
      exchanges.push(exchange)
      return exchange
    },
    exchanges: (purpose) => exchanges.filter((each) => purpose === undefined || each.purpose === purpose),
    forgetAccess() {
      context.book.forgetAccess()
      forgetOauth1(context)
    },
    replaceSecret(secret) {
      for (const [name, value] of Object.entries(secret)) values[`secret.${name}`] = value
    },
  }
}

const endpointsOf: Readonly<Record<string, (context: Context) => Endpoint[]>> = {
  oauth2: oauth2Endpoints,
  oauth1: oauth1Endpoints,
  custom_token: customTokenEndpoints,
  cookie: cookieEndpoints,
}

interface Reachable {
  readonly endpoints: readonly Endpoint[]
  readonly api: Endpoint
  readonly listedHosts: readonly string[] | undefined
}

function judged(
  context: Context,
  { endpoints, api, listedHosts }: Reachable,
  request: ProviderRequest,
): Verdict {
  const { path } = request
  const candidates = endpoints.filter(({ url }) => goesTo(request, url, context.values))
  const wanted = isCall(context, request) ? [...candidates, api] : candidates
  const [first] = wanted
  if (!first)
    return refused(
      'nothing',
      [`no address of the definition leads to ${path}`],
      jsonReply(404, { error: 'not_found' }),
    )
  const host = meantHost(path)
  if (listedHosts && first.purpose !== 'authorize' && !isListed(listedHosts, host)) {
    const reasons = [`${host} is not among the hosts of the definition`]
    return refused(first.purpose, reasons, jsonReply(403, { error: 'host_not_listed' }))
  }
  if (context.conduct.refusing === 'token' && /^(token|refresh|login|access token)$/.test(first.purpose)) {
    const body = { error: 'temporarily_unavailable' }
    return refused(first.purpose, ['it was to be refused'], jsonReply(503, body))
  }
  // Of several that share an address the one is meant that takes it; else the one that it seems to be for.
  const verdicts: Verdict[] = []
  for (const endpoint of wanted) {
    const verdict = endpoint.answer(request)
    if (verdict.accepted) return verdict
    verdicts.push(verdict)
  }
  const meant = wanted.findIndex(({ seemsMeant }) => seemsMeant?.(request))
  return verdicts[Math.max(meant, 0)] ?? first.answer(request)
}
