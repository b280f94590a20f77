import { z } from 'zod'
import { JwtTemplate } from './jwt-template.ts'

/** A JWT made for each call and placed like a token (RFC 7519). */
export const jwt = {
  definition: z.strictObject({ type: z.literal('jwt'), ...JwtTemplate.shape }).meta({
    title: 'JWT per request',
    description: 'a JWT that is made for each call and placed like a token (RFC 7519)',
  }),
  /** What it is made with are the definition's key and the account's parameters. */
  secret: z.strictObject({}),
  definitionSecrets: ['/auth/secret', '/auth/privateKey'],
} as const
