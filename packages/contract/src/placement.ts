import { z } from 'zod'

/** A header's or trailer's name (RFC 9110 §5.1). */
export const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$/, 'must be a header name, as X-Api-Key')

const hosts = z
  .array(z.string().min(1).max(300))
  .min(1)
  .max(50)
  .optional()
  .describe('only on calls to these, where one account has tokens for several; default all')
const template = z
  .string()
  .max(8192)
  .optional()
  .meta({ format: 'template', 'x-placeholders': ['token'], description: '`{token}` for a bare one' })

/** Where the credential goes on each request. */
export const Placement = z.discriminatedUnion('in', [
  z
    .strictObject({
      in: z.literal('header'),
      name: HeaderName.optional().describe('default `Authorization`'),
      template: template.describe('default `Bearer {token}`'),
      hosts,
    })
    .meta({ title: 'Header' }),
  z
    .strictObject({
      in: z.literal('query'),
      name: z.string().min(1).max(200),
      template: template.describe('default `{token}`'),
      hosts,
    })
    .meta({ title: 'URL parameter' }),
])
export type Placement = z.infer<typeof Placement>
