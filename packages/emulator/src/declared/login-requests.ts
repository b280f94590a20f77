import type { RequestTemplate } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import type { Comparison } from './findings.ts'
import { placedFaults } from './placed-credential.ts'
import { type RequestShape, textsIn } from './request-shape.ts'
import { namesIn, type Values } from './template.ts'

/** What a login's request has to be: its template, and nothing else. */
export function templateShape(url: string, template: RequestTemplate = {}, method?: string): RequestShape {
  const { headers, basic, query, body, format = 'form' } = template
  return {
    method: template.method ?? method ?? (body === undefined ? 'GET' : 'POST'),
    ...{ url, format, headers: { ...headers }, basic },
    ...(query && { query }),
    ...(body !== undefined && { body }),
  }
}

/** A request that speaks for an account which is logged in: by tokens of its own, or as calls do. */
export function speaking(context: Context, request: ProviderRequest, shape: RequestShape): Comparison {
  const names = [shape.url, ...textsIn([shape.headers, shape.query, shape.body])].flatMap(namesIn)
  if (names.some((name) => /^token(\.|$)/.test(name))) return compared(request, shape, context.values)
  const placed = placedFaults(context, request)
  const rest = withoutPlaced(context, request)
  const { brought, differences } = compared(rest, shape, context.values)
  return { brought: { ...brought, ...placed.brought }, differences: [...differences, ...placed.differences] }
}

/** Of the tokens that a request shows, those that are none of the account's. */
export function tokenFaults({ book }: Context, brought: Values): string[] {
  return Object.entries(brought).flatMap(([name, value]) => {
    if (!/^token(\.|$)/.test(name) || name === 'token.refreshToken') return []
    const kind = name === 'token' || name === 'token.accessToken' ? 'access' : name.slice('token.'.length)
    const token = book.living(value)
    if (!token) return ['the access token is not accepted: unknown, expired or revoked']
    return token.name === kind ? [] : [`the token is the one called ${token.name}, and ${kind} is declared`]
  })
}

function withoutPlaced({ definition }: Context, request: ProviderRequest): ProviderRequest {
  const headers = { ...request.headers }
  const query = new URLSearchParams(request.query)
  for (const placement of [definition.placement ?? { in: 'header' as const }].flat()) {
    if (placement.in === 'query') query.delete(placement.name)
    else delete headers[(placement.name ?? 'Authorization').toLowerCase()]
  }
  return { ...request, headers, query: query.toString() }
}
