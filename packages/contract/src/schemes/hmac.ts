import { z } from 'zod'
import { HeaderName } from '../placement.ts'

const template = z.string().max(8192).meta({ format: 'template' })
/** What a signature may be of. */
const signable = [
  ...['request.method', 'request.path', 'request.pathWithQuery', 'request.query', 'request.host'],
  ...['request.url', 'request.contentType', 'request.body', 'request.bodyHash', 'request.timestamp'],
  ...['request.timestampMs', 'request.iso', 'request.random', 'request.nonce'],
]
const signed = template.meta({ 'x-placeholders': ['signature', ...signable] })
const encoding = z.enum(['hex', 'base64', 'base64url'])

/** Each request is signed with a shared key (RFC 2104); the definition says what is signed. */
export const hmac = {
  definition: z
    .strictObject({
      type: z.literal('hmac'),
      algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256'),
      key: template
        .meta({ 'x-placeholders': ['secret.key'] })
        .optional()
        .describe('default `{secret.key}`'),
      keyEncoding: z.enum(['utf8', 'base64', 'hex']).default('utf8').describe('how the key is written'),
      message: z
        .string()
        .min(1)
        .max(8192)
        .meta({
          format: 'template',
          'x-multiline': true,
          'x-placeholders': signable,
          description: `template of what is signed: ${signable.map((name) => `{${name}}`).join(' ')}`,
        }),
      encoding: encoding.default('hex').describe('how the signature is written'),
      bodyHash: z
        .strictObject({
          algorithm: z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512']).default('sha256'),
          encoding: encoding.default('hex'),
        })
        .default({ algorithm: 'sha256', encoding: 'hex' }),
      headers: z
        .record(HeaderName, signed)
        .optional()
        .describe('templates, which may ask for {signature} and all that `message` may'),
      query: z
        .record(z.string().min(1).max(200), signed)
        .optional()
        .describe('likewise; those without {signature} come first, and are signed with {request.query}'),
    })
    .meta({
      title: 'HMAC signature',
      description: 'each request is signed with a shared key (RFC 2104); the definition says what is signed',
    }),
  secret: z.strictObject({
    key: z.string().min(1).max(65_536).optional().meta({ title: 'Signing key' }),
  }),
  definitionSecrets: [],
} as const

export type Hmac = z.infer<typeof hmac.definition>
