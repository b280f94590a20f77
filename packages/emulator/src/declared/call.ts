import type { Definition, Placement } from '@sallyport/contract'
import { jsonReply, type ProviderReply, type ProviderRequest } from '../message.ts'
import { rateLimitedReply, rejectedReply } from './call-refusals.ts'
import { addressOf } from './compare.ts'
import type { Context } from './context.ts'
import { credentialFaults } from './credentials.ts'
import { formOf } from './form.ts'
import { isLeftOut } from './request-shape.ts'
import { captured, type Values } from './template.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

/** The API itself: whatever lies under the base URL, open to who shows the credential as it is declared. */
export function apiEndpoint(context: Context): Endpoint {
  return {
    purpose: 'call',
    url: context.definition.baseUrl ?? '',
    answer: (request) => call(context, request),
  }
}

/** Whether a request goes to the API: to the base URL, or to something below it. */
export function isCall({ definition, values }: Context, request: ProviderRequest): boolean {
  if (definition.baseUrl === undefined) return false
  const { path } = addressOf(definition.baseUrl, values)
  const base = path.replace(/\/$/, '').split('/')
  const there = request.path.split('/')
  return base.every((segment, index) => {
    const text = there[index]
    return text !== undefined && captured(segment, decodeURIComponent(text), values) !== undefined
  })
}

function call(context: Context, request: ProviderRequest): Verdict {
  const { brought, differences } = placedFaults(context, request)
  const reasons = [...differences, ...declaredFaults(context, request)]
  if (reasons.length > 0) return refused('call', reasons, rejectedReply(context, reasons))
  const wrong =
    context.conduct.refusing === 'credential'
      ? ['this credential is not taken any more']
      : credentialFaults(context, request, brought)
  if (wrong.length > 0) return refused('call', wrong, rejectedReply(context, wrong))
  if (context.conduct.refusing === 'rate') return accepted('call', rateLimitedReply(context))
  return accepted('call', answered(request))
}

function answered(request: ProviderRequest): ProviderReply {
  return jsonReply(200, { method: request.method, path: request.path, query: request.query })
}

/** Where the definition puts the credential, each place told from the others. */
export function placementsOf({ placement, auth }: Definition): readonly Placement[] {
  if (placement !== undefined) return [placement].flat()
  return tokenTypes.has(auth.type) ? [{ in: 'header' }] : []
}

/** The types that show a token, by default as a bearer's. */
const tokenTypes: ReadonlySet<string> = new Set(['api_token', 'oauth2', 'custom_token', 'jwt'])

function placedFaults({ definition, values }: Context, request: ProviderRequest) {
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

/** What the definition sends with every request beside the credential. */
function declaredFaults(
  { definition: { request: declared }, values }: Context,
  request: ProviderRequest,
): string[] {
  const query = formOf(request.query)
  const headers = Object.entries(declared?.headers ?? {}).flatMap(([name, template]) => {
    const value = request.headers[name.toLowerCase()]
    if (isLeftOut(template, values)) return []
    if (value === undefined) return [`the header ${name} is missing`]
    return captured(template, String(value), values) ? [] : [`the header ${name} is not ${template}`]
  })
  const parameters = Object.entries(declared?.query ?? {}).flatMap(([name, template]) => {
    if (isLeftOut(template, values)) return []
    const [text = '', ...others] = Object.hasOwn(query, name) ? (query[name] ?? []) : []
    const fits = others.length === 0 && captured(template, text, values) !== undefined
    return fits ? [] : [`the query parameter ${name} is not ${template}`]
  })
  return [...headers, ...parameters, ...bodyFaults(declared?.body ?? {}, values, request)]
}

/** Fields of a body, where it is one that can hold them. */
function bodyFaults(
  declared: Readonly<Record<string, unknown>>,
  values: Values,
  request: ProviderRequest,
): string[] {
  const type = request.headers['content-type'] ?? ''
  const text = request.body.toString('utf8')
  const fields: Readonly<Record<string, unknown>> = /\bjson\b/.test(type)
    ? Object(JSON.parse(text))
    : /x-www-form-urlencoded/.test(type)
      ? Object.fromEntries(new URLSearchParams(text))
      : {}
  if (Object.keys(fields).length === 0) return []
  return Object.entries(declared).flatMap(([name, wanted]) => {
    const found = fields[name]
    const fits =
      typeof wanted === 'string'
        ? typeof found === 'string' && captured(wanted, found, values) !== undefined
        : JSON.stringify(found) === JSON.stringify(wanted)
    return fits ? [] : [`the field ${name} is not as declared`]
  })
}
