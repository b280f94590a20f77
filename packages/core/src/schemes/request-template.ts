import type { RequestTemplate } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { parseTemplate } from '../template/parse.ts'
import type { TemplateValues } from '../template/render.ts'
import type { Connection } from './scheme.ts'
import { xmlElements, xmlText } from './xml.ts'

/** A request as it goes to a credential endpoint. */
export interface RenderedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Where a request goes, and what it says beside its template. */
export interface RequestFrame {
  /** Rendered. */
  readonly url: string
  readonly method: string
  /** Beside the connection's own values. */
  readonly values: TemplateValues
  /** Sent as they are where the template does not write a header of that name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as they are, in the body's format, where the template's body has no field of that name. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Renders a request's template. Fields that ask for a value that is not there, or is empty, are left out, so
 * that nothing is sent empty; what has no body carries its fields in the query.
 */
export function renderRequest(
  connection: Pick<Connection, 'render' | 'holds' | 'values'>,
  template: RequestTemplate,
  frame: RequestFrame,
): RenderedRequest {
  const method = template.method ?? frame.method
  const format = template.format ?? 'form'
  const fillAs = (slot: 'header' | 'text') => (text: string) => {
    if (!connection.holds(text, frame.values)) return undefined
    return connection.render(text, slot, frame.values) || (text === '' ? '' : undefined)
  }
  const headers = mergedHeaders(frame.headers ?? {}, {
    ...basicHeader(template.basic, (text) => fillAs('text')(text) ?? ''),
    ...renderedFields(template.headers ?? {}, fillAs('header')),
  })
  const query = new URLSearchParams(renderedFields(template.query ?? {}, fillAs('text'))).toString()
  const inQuery = format === 'query' || (method === 'GET' && format === 'form')
  const written = writtenBody(connection, template, frame, fillAs('text'))
  if (written === undefined || inQuery) {
    const url = withQuery(frame.url, [query, written ?? ''].filter(Boolean).join('&'))
    return { method, url, headers, body: undefined }
  }
  return { method, url: withQuery(frame.url, query), headers: withType(headers, format), body: written }
}

/** The body as text; undefined when there is nothing to say. */
function writtenBody(
  connection: Pick<Connection, 'values'>,
  { body, format = 'form' }: RequestTemplate,
  { fields = {}, values }: RequestFrame,
  fill: (text: string) => string | undefined,
): string | undefined {
  if (typeof body === 'string') {
    const written = writtenText(body, format, { ...connection.values, ...values })
    const more = format === 'form' || format === 'query' ? formText(fields) : ''
    return [written, more].filter(Boolean).join('&') || undefined
  }
  const own = body ?? {}
  const others = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !Object.hasOwn(Object(own), name)),
  )
  if (body === undefined && Object.keys(others).length === 0) return undefined
  const filled = rendered(own, fill)
  const all = Array.isArray(filled) ? filled : { ...others, ...(Object(filled) as object) }
  return {
    form: formText,
    query: formText,
    json: (value: unknown) => JSON.stringify(value),
    xml: xmlElements,
  }[format](all)
}

/** The template's headers in place of others of the same name. */
function mergedHeaders(
  given: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const rest = Object.entries(given).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(rest), ...own }
}

/** The names that a request's template asks for. */
export function templatesOf(
  path: string,
  template: unknown,
): { readonly path: string; readonly text: string; readonly slot: 'header' | 'text' }[] {
  if (typeof template !== 'object' || template === null) return []
  const { headers, basic, query, body } = template as Readonly<Record<string, unknown>>
  return [
    ...texts(`${path}/basic`, basic).map((field) => ({ ...field, slot: 'text' as const })),
    ...texts(`${path}/headers`, headers).map((field) => ({ ...field, slot: 'header' as const })),
    ...texts(`${path}/query`, query).map((field) => ({ ...field, slot: 'text' as const })),
    ...texts(`${path}/body`, body).map((field) => ({ ...field, slot: 'text' as const })),
  ]
}

function texts(path: string, value: unknown): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    texts(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, inner),
  )
}

/** RFC 7617 §2: in UTF-8. */
function basicHeader(
  basic: RequestTemplate['basic'],
  fill: (text: string) => string,
): Record<string, string> {
  if (!basic) return {}
  const pair = `${fill(basic.username)}:${fill(basic.password)}`
  return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` }
}

const contentTypes = {
  form: 'application/x-www-form-urlencoded',
  json: 'application/json',
  xml: 'application/xml',
  query: undefined,
} as const

function withType(
  headers: Record<string, string>,
  format: keyof typeof contentTypes,
): Record<string, string> {
  const type = contentTypes[format]
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  return named || type === undefined ? headers : { 'content-type': type, ...headers }
}

function renderedFields(
  fields: Readonly<Record<string, string>>,
  fill: (text: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => {
      const value = fill(text)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Strings rendered, in whatever depth; undefined and null leave a field out. */
function rendered(value: unknown, fill: (text: string) => string | undefined): unknown {
  if (typeof value === 'string') return fill(value)
  if (Array.isArray(value))
    return value.map((item) => rendered(item, fill)).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value ?? undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const result = rendered(inner, fill)
      return result === undefined ? [] : [[name, result]]
    }),
  )
}

function formText(fields: unknown): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields ?? {})) {
    for (const item of [value].flat())
      form.append(name, typeof item === 'string' ? item : JSON.stringify(item))
  }
  return form.toString()
}

/** A text as its author wrote it, each value written so that it cannot end where the author did not. */
function writtenText(text: string, format: keyof typeof contentTypes, values: TemplateValues): string {
  const write = {
    form: encodeURIComponent,
    query: encodeURIComponent,
    json: (value: string) => JSON.stringify(value).slice(1, -1),
    xml: xmlText,
  }[format]
  return parseTemplate(text)
    .parts.map((part) => {
      if (part.kind === 'literal') return part.text
      const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined
      if (value === undefined) {
        throw new SallyportError('account_incomplete', {
          message: `The definition asks for {${part.name}}, which this account does not hold.`,
        })
      }
      return write(value)
    })
    .join('')
}

function withQuery(url: string, query: string): string {
  if (query === '') return url
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}
