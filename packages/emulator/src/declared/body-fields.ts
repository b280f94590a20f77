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

/** The fields of a body that has to be of a format, or in a sentence why it is not. */
export function bodyFields(
  request: ProviderRequest,
  format: Format,
): { readonly fields: unknown } | { readonly wrong: string } {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!mediaTypes[format].includes(type)) {
    return {
      wrong: `the body is of the type ${type || 'of nothing'}, and ${mediaTypes[format][0]} is declared`,
    }
  }
  const text = request.body.toString('utf8')
  if (format === 'form') return { fields: formOf(text) }
  try {
    return { fields: format === 'json' ? JSON.parse(text) : xmlFields(text) }
  } catch {
    return { wrong: `the body cannot be read as ${format}` }
  }
}
