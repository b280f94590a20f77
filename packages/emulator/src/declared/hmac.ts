import { createHash, createHmac } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { captured, filled, namesIn, type Values } from './template.ts'

type Hmac = AuthOf<'hmac'>

/** Whether a call carries the signature that its definition says, over what it says. */
export function hmacFaults(context: Context, request: ProviderRequest): string[] {
  const auth = context.definition.auth as Hmac
  const known = { ...context.values, ...requestValues(auth, request) }
  const { brought, faults } = carried(auth, request, known)
  const values = { ...known, ...brought }
  const key = Buffer.from(filled(auth.key ?? '{secret.key}', values) ?? '', auth.keyEncoding)
  const message = filled(auth.message, values)
  if (message === undefined) return [...faults, 'a value that is signed is not sent along']
  const signature = createHmac(auth.algorithm, key).update(message).digest(auth.encoding)
  const late = timeFaults(brought, context.now())
  return brought.signature === signature
    ? [...faults, ...late]
    : [...faults, ...late, 'the signature does not hold']
}

function carried(auth: Hmac, request: ProviderRequest, known: Values) {
  const brought: Record<string, string> = {}
  const faults: string[] = []
  const query = formOf(request.query)
  const look = (what: string, template: string, text: string | undefined) => {
    const found = text === undefined ? undefined : captured(template, text, { ...known, ...brought })
    if (found) Object.assign(brought, found)
    else faults.push(`${what} is not ${template}`)
  }
  for (const [name, template] of Object.entries(auth.headers ?? {})) {
    look(`the header ${name}`, template, request.headers[name.toLowerCase()]?.toString())
  }
  for (const [name, template] of Object.entries(auth.query ?? {})) {
    look(`the query parameter ${name}`, template, query[name]?.[0])
  }
  return { brought: brought as Values, faults }
}

function requestValues(auth: Hmac, request: ProviderRequest): Values {
  const signs = (name: string) => namesIn(auth.query?.[name] ?? '').includes('signature')
  // What carries the signature comes last, and is not signed.
  const signed = request.query
    .split('&')
    .filter((pair) => !signs(decodeURIComponent(pair.split('=')[0] ?? '')))
  const query = signed.join('&')
  const pathWithQuery = query === '' ? request.path : `${request.path}?${query}`
  const host = request.headers.host ?? ''
  const { algorithm, encoding } = auth.bodyHash
  return {
    'request.method': request.method,
    'request.path': request.path,
    'request.query': query,
    'request.pathWithQuery': pathWithQuery,
    'request.host': host,
    'request.url': `http://${host}${pathWithQuery}`,
    'request.contentType': request.headers['content-type'] ?? '',
    'request.body': request.body.toString('utf8'),
    'request.bodyHash': createHash(algorithm).update(request.body).digest(encoding),
  }
}

function timeFaults(brought: Values, now: number): string[] {
  const moments = [
    Number(brought['request.timestamp']) * 1000,
    Number(brought['request.timestampMs']),
    Date.parse(brought['request.iso'] ?? ''),
  ].filter((moment) => !Number.isNaN(moment))
  return moments.every((moment) => Math.abs(moment - now) < 300_000)
    ? []
    : ['the time of the signature is not now']
}
