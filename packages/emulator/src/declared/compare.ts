import { basicCredentials } from '../basic-credentials.ts'
import type { ProviderRequest } from '../message.ts'
import { bodyFields, typeFault } from './body-fields.ts'
import { decoded } from './decoded.ts'
import { type Comparison, Findings } from './findings.ts'
import { formOf } from './form.ts'
import { type Fields, presentFields, type RequestShape } from './request-shape.ts'
import type { Values } from './template.ts'

/** Compares a request with what it has to be: nothing may be missing, and nothing more may be there. */
export function compared(request: ProviderRequest, shape: RequestShape, values: Values): Comparison {
  const found = new Findings(values)
  if (request.method !== shape.method) {
    found.differs(`the method is ${request.method}, and ${shape.method} is declared`)
  }
  const { path, query } = addressOf(shape.url, values)
  found.path(path, request.path)
  comparedFields(found, request, shape, query)
  comparedHeaders(found, request, shape)
  return found
}

/** Whether a request goes to an address at all, whatever else it says. */
export function goesTo(request: ProviderRequest, url: string, values: Values): boolean {
  const found = new Findings(values)
  found.path(addressOf(url, values).path, request.path)
  return found.differences.length === 0
}

function comparedFields(
  found: Findings,
  request: ProviderRequest,
  { body, format, query = {}, method, optional = [] }: RequestShape,
  ofAddress: Fields,
): void {
  const inQuery = format === 'query' || (format === 'form' && method === 'GET')
  const present = presentFields(body, found.values)
  const moved = inQuery ? (typeof present === 'string' ? formOf(present) : (present as Fields)) : {}
  const expected = { ...ofAddress, ...(presentFields(query, found.values) as Fields), ...moved }
  found.named('query parameter', expected, formOf(request.query), optional)
  if (inQuery || isNothing(present)) {
    if (request.body.length > 0) found.differs('there is a body, and none is declared')
    return
  }
  const wrong = typeFault(request, format)
  if (wrong !== undefined) found.differs(wrong)
  else if (typeof present === 'string') {
    found.writtenText('the body', present, request.body.toString('utf8'), format)
  } else if (format === 'form') {
    found.named('field', present as Fields, formOf(request.body.toString('utf8')), optional)
  } else found.value('the body', present, bodyFields(request, format), optional)
}

function comparedHeaders(
  found: Findings,
  request: ProviderRequest,
  { headers = {}, basic }: RequestShape,
): void {
  const declared = presentFields(headers, found.values) as Readonly<Record<string, string>>
  for (const [name, template] of Object.entries(declared)) {
    const value = request.headers[name.toLowerCase()]
    if (value === undefined) found.differs(`the header ${name} is missing`)
    else found.text(`the header ${name}`, template, String(value))
  }
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
  if (basic) {
    const pair = basicCredentials(request.headers.authorization)
    if (!pair) found.differs('HTTP basic is declared, and missing')
    else {
      const read = basic.isEncoded ? formDecoded : (text: string) => text
      found.text('the user name of HTTP basic', basic.username, read(pair.user))
      found.text('the password of HTTP basic', basic.password, read(pair.password))
    }
    names.add('authorization')
  }
  for (const name of ['authorization', 'cookie', 'proxy-authorization']) {
    if (request.headers[name] !== undefined && !names.has(name)) {
      found.differs(`the header ${name} is not declared`)
    }
  }
}

/** Path and query of an address that may begin with a value; where it leads is for the network. */
export function addressOf(url: string, values: Values): { readonly path: string; readonly query: Fields } {
  const [, name = ''] = /^\{([\w.]+)\}/.exec(url) ?? []
  const whole = Object.hasOwn(values, name)
    ? `${values[name]?.replace(/\/$/, '')}${url.slice(name.length + 2)}`
    : url
  const [, path = '', query = ''] = /^[a-z]+:\/\/[^/?#]*([^?#]*)\??([^#]*)/i.exec(whole) ?? []
  return { path: path === '' ? '/' : path, query: formOf(query) }
}

function isNothing(body: unknown): boolean {
  if (body === undefined || body === '') return true
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0
}

/** RFC 6749 §2.3.1. */
function formDecoded(text: string): string {
  return decoded(text.replaceAll('+', ' ')) ?? text
}
