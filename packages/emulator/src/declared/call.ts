import { jsonReply, type ProviderReply, type ProviderRequest } from '../message.ts'
import { rateLimitedReply, rejectedReply } from './call-refusals.ts'
import { addressOf } from './compare.ts'
import type { Context } from './context.ts'
import { credentialFaults } from './credentials.ts'
import { formOf } from './form.ts'
import { type Paging, pageOf } from './paging.ts'
import { placedFaults } from './placed-credential.ts'
import { isLeftOut } from './request-shape.ts'
import { captured, type Values } from './template.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

/** The API itself: whatever lies under the base URL, open to who shows the credential as it is declared. */
export function apiEndpoint(context: Context, paging: Paging | undefined): Endpoint {
  return {
    purpose: 'call',
    url: context.definition.baseUrl ?? '',
    answer: (request) => call(context, paging, request),
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

function call(context: Context, paging: Paging | undefined, request: ProviderRequest): Verdict {
  const { brought, differences } = placedFaults(context, request)
  const reasons = [...differences, ...declaredFaults(context, request)]
  if (reasons.length > 0) return refused('call', reasons, rejectedReply(context, reasons))
  const wrong =
    context.conduct.refusing === 'credential'
      ? ['this credential is not taken any more']
      : credentialFaults(context, request, brought)
  // Whoever is to answer a challenge has to be given one first.
  const isFirst = context.definition.auth.type === 'digest' && request.headers.authorization === undefined
  if (wrong.length > 0) return refused(isFirst ? 'challenge' : 'call', wrong, rejectedReply(context, wrong))
  if (context.conduct.refusing === 'rate') return accepted('call', rateLimitedReply(context))
  return accepted('call', answered(paging, request))
}

function answered(paging: Paging | undefined, request: ProviderRequest): ProviderReply {
  const page = paging && pageOf(paging, request)
  return page ?? jsonReply(200, { method: request.method, path: request.path, query: request.query })
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
