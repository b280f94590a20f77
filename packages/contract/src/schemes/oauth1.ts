import { z } from 'zod'
import { ReplyPath } from './reply-paths.ts'

const url = z.string().min(1).max(4096).meta({ format: 'template' })

/** How requests are signed (RFC 5849 §3.4; HMAC-SHA256 as providers add it). */
export const signatureMethods = ['HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT'] as const

/** OAuth 1.0a (RFC 5849): with three legs where the URLs are given, else with tokens that the provider handed out. */
export const oauth1 = {
  definition: z
    .strictObject({
      type: z.literal('oauth1'),
      signatureMethod: z.enum(signatureMethods).default('HMAC-SHA1'),
      consumerKey: z.string().min(1).max(4096).meta({ format: 'template' }),
      consumerSecret: z.string().max(65_536).optional().meta({ format: 'template', writeOnly: true }),
      privateKey: z
        .string()
        .max(65_536)
        .optional()
        .meta({ format: 'template', writeOnly: true, 'x-multiline': true, description: 'PEM, for RSA-SHA1' }),
      realm: z
        .string()
        .max(1024)
        .optional()
        .meta({ format: 'template', description: 'stands first in the header, and is not signed' }),
      requestTokenUrl: url.optional(),
      authorizationUrl: url.optional(),
      accessTokenUrl: url.optional(),
      keep: z
        .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), ReplyPath)
        .optional()
        .describe('values to keep from the access token reply'),
    })
    .meta({
      title: 'OAuth 1.0a',
      description:
        'with three legs where the URLs are given, else with tokens that the provider handed out (RFC 5849)',
    }),
  secret: z.strictObject({
    token: z.string().min(1).max(65_536).optional().meta({ title: 'Token' }),
    tokenSecret: z.string().max(65_536).optional().meta({ title: 'Token secret' }),
  }),
  definitionSecrets: ['/auth/consumerSecret', '/auth/privateKey'],
} as const

export type OAuth1 = z.infer<typeof oauth1.definition>
