import type { Definition, Placement } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { captured, type Values } from './template.ts'

/** Where the definition puts the credential, each place told from the others. */
export function placementsOf({ placement, auth }: Definition): readonly Placement[] {
  if (placement !== undefined) return [placement].flat()
  return tokenTypes.has(auth.type) ? [{ in: 'header' }] : []
}

/** The types that show a token, by default as a bearer's. */
const tokenTypes: ReadonlySet<string> = new Set(['api_token', 'oauth2', 'custom_token', 'jwt'])

/** What is wrong with where the credential stands, and what it is. */
export function placedFaults({ definition, values }: Context, request: ProviderRequest) {
  const brought: Record<string, string> = {}
  const differences: string[] = []
  const query = formOf(request.query)
  const declared = new Set([
    ...Object.keys(definition.request?.headers ?? {}).map((name) => name.toLowerCase()),
    ...ownHeaders(definition),
  ])
  for (const placement of placementsOf(definition)) {
    const { name, template, found } = placed(placement, request, query)
    if (placement.in === 'header') declared.add(name.toLowerCase())
    const [text, ...others] = found
    const where = placement.in === 'header' ? `the header ${name}` : `the query parameter ${name}`
    if (text === undefined) differences.push(`${where} is missing, and carries the credential`)
    else if (others.length > 0) differences.push(`${where} comes ${found.length} times`)
    else {
      const taken = captured(template, text, withoutCredential(values))
      if (taken) Object.assign(brought, taken)
      else differences.push(`${where} is not ${template}`)
    }
  }
  for (const name of ['authorization', 'cookie']) {
    if (request.headers[name] !== undefined && !declared.has(name))
      differences.push(`the header ${name} is not declared`)
  }
  return { brought: brought as Values, differences }
}

function placed(placement: Placement, request: ProviderRequest, query: ReturnType<typeof formOf>) {
  if (placement.in === 'query') {
    const found = Object.hasOwn(query, placement.name) ? (query[placement.name] ?? []) : []
    return { name: placement.name, template: placement.template ?? '{token}', found }
  }
  const { name = 'Authorization', template = 'Bearer {token}' } = placement
  const value = request.headers[name.toLowerCase()]
  return { name, template, found: value === undefined ? [] : [value].flat() }
}

/** Headers that types write of their own. */
function ownHeaders({ auth }: Definition): readonly string[] {
  const names: Readonly<Record<string, readonly string[]>> = {
    basic: ['authorization'],
    digest: ['authorization'],
    oauth1: ['authorization'],
    aws_sigv4: ['authorization'],
    cookie: ['cookie'],
    hmac: Object.keys(('headers' in auth && auth.headers) || {}).map((name) => name.toLowerCase()),
  }
  return names[auth.type] ?? []
}

function withoutCredential(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/^token(\.|$)/.test(name)))
}
