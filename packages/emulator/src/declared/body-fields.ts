import type { ProviderRequest } from '../message.ts'
import { formOf } from './form.ts'
import type { Format } from './request-shape.ts'
import { xmlFields } from './xml-fields.ts'

const mediaTypes: Readonly<Record<Format, readonly string[]>> = {
  form: ['application/x-www-form-urlencoded'],
  json: ['application/json'],
  xml: ['application/xml', 'text/xml'],
  query: [],
}

/** In a sentence, where a body is not of the type that its format has. */
export function typeFault({ headers }: ProviderRequest, format: Format): string | undefined {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (mediaTypes[format].includes(type)) return undefined
  return `the body is of the type ${type || 'of nothing'}, and ${mediaTypes[format][0]} is declared`
}

/** The fields of a body of a format; undefined where it cannot be read. */
export function bodyFields({ body }: ProviderRequest, format: Format): unknown {
  const text = body.toString('utf8')
  if (format === 'form') return formOf(text)
  try {
    return format === 'json' ? JSON.parse(text) : xmlFields(text)
  } catch {
    return undefined
  }
}
