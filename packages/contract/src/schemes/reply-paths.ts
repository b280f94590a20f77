import { z } from 'zod'

/** Where a reply holds a value: a JSON Pointer (RFC 6901), a header or a cookie. */
export const ReplyPath = z
  .string()
  .max(500)
  .regex(
    /^(\/.*)?$|^header:[A-Za-z0-9!#$%&'*+.^_`|~-]+$|^cookie:[^\s=;,]+$/s,
    'must be a JSON Pointer as /data/token, header:X-Name, or cookie:name',
  )

const valueName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a letter or _, then letters, digits or _')

/** Units in which providers write when a token ends. */
export const ExpiryUnit = z.enum(['s', 'ms', 'epoch_s', 'epoch_ms', 'iso']).meta({
  'x-titles': {
    s: 'Seconds',
    ms: 'Milliseconds',
    epoch_s: 'Moment, in seconds since 1970',
    epoch_ms: 'Moment, in milliseconds since 1970',
    iso: 'Moment, as ISO 8601',
  },
})
export type ExpiryUnit = z.infer<typeof ExpiryUnit>

/** How a reply says that it failed although its status says otherwise. */
export const ReplyError = z.strictObject({
  path: ReplyPath.describe('of the code; none there, or an empty one, is no error'),
  success: z
    .array(z.string().max(200))
    .max(50)
    .optional()
    .describe('values that mean success; also 0, true and ok'),
  invalidGrant: z
    .array(z.string().max(200))
    .max(50)
    .optional()
    .describe('values that mean: connect the account again'),
  description: ReplyPath.optional(),
})

/** Where a token reply holds what, where it departs from RFC 6749 §5.1. */
export const TokenReplyPaths = z.strictObject({
  accessToken: ReplyPath.optional().describe('default /access_token'),
  refreshToken: ReplyPath.optional().describe('default /refresh_token'),
  expiresIn: ReplyPath.optional().describe('default /expires_in'),
  expiryUnit: ExpiryUnit.optional().describe('default s'),
  refreshExpiresIn: ReplyPath.optional().describe('when the refresh token ends, in the same unit'),
  scope: ReplyPath.optional().describe('default /scope'),
  tokenType: z
    .enum(['required', 'optional'])
    .optional()
    .describe('default required; optional where accessToken is given'),
  tokens: z.record(valueName, ReplyPath).optional().describe('further tokens, as {token.name} in templates'),
  keep: z
    .record(
      valueName,
      z.union([ReplyPath, z.string().regex(/^callback:[^\s]{1,200}$/, 'must be callback:name')]),
    )
    .optional()
    .describe('values to keep, shown on the account and as {kept.name} in templates'),
  error: ReplyError.optional(),
})
export type TokenReplyPaths = z.infer<typeof TokenReplyPaths>
