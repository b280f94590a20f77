import { z } from 'zod'
import { Json } from '../json.ts'

/** Signature algorithms of JWTs (RFC 7518 §3.1, RFC 8037). */
export const jwtAlgorithms = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
] as const

/** A JWT to be made: its claims are templates. */
export const JwtTemplate = z.strictObject({
  algorithm: z.enum(jwtAlgorithms),
  secret: z
    .string()
    .max(65_536)
    .optional()
    .meta({ format: 'template', writeOnly: true, description: 'for HS256, HS384, HS512' }),
  secretEncoding: z.enum(['utf8', 'base64']).default('utf8'),
  privateKey: z.string().max(65_536).optional().meta({
    format: 'template',
    writeOnly: true,
    'x-multiline': true,
    description: 'PEM, PKCS#1, PKCS#8 or SEC 1; line breaks may be written \\n',
  }),
  header: z.record(z.string().min(1).max(200), Json).optional().meta({ format: 'template' }),
  payload: z.record(z.string().min(1).max(200), Json).optional().meta({
    format: 'template',
    description: 'claims; iat, exp and jti are added where absent, null leaves one out',
  }),
  lifetime: z.int().min(1).max(3600).default(300).describe('seconds from iat to exp'),
})
export type JwtTemplate = z.infer<typeof JwtTemplate>
