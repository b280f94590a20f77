import { z } from 'zod'
import { Json } from '../json.ts'
import { HeaderName } from '../placement.ts'

/** How fields of a body are written on the wire. */
export const BodyFormat = z
  .enum(['form', 'json', 'query', 'xml'])
  .meta({ 'x-titles': { json: 'JSON', xml: 'XML' } })
export type BodyFormat = z.infer<typeof BodyFormat>

const template = z.string().max(65_536).meta({ format: 'template' })

/** A request to a provider's credential endpoints, its strings templates. */
export const RequestTemplate = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  headers: z.record(HeaderName, template).optional(),
  basic: z
    .strictObject({ username: template, password: template })
    .optional()
    .describe('HTTP basic (RFC 7617) for this request'),
  query: z.record(z.string().min(1).max(200), template).optional(),
  body: Json.optional().meta({
    format: 'template',
    description: 'fields, whose strings are templates; or a text, which is sent as it is written',
  }),
  format: BodyFormat.optional().describe('default form'),
})
export type RequestTemplate = z.infer<typeof RequestTemplate>
