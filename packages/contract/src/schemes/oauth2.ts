import { z } from 'zod'

const url = z.string().min(1).max(4096)

/** OAuth 2.0 (RFC 6749). Absent fields are the RFCs' defaults. */
export const oauth2 = {
  definition: z.strictObject({
    type: z.literal('oauth2'),
    grant: z.enum(['authorization_code', 'client_credentials']).default('authorization_code'),
    pkce: z.enum(['S256', 'plain', 'off']).default('S256'),
    issuer: url.optional().describe('endpoints that are not given are discovered from it (RFC 8414)'),
    authorizationUrl: url.optional(),
    tokenUrl: url.optional(),
    tokenMethod: z.enum(['GET', 'POST']).default('POST'),
    scopes: z.array(z.string().min(1).max(500)).max(500).default([]),
    scopeDelimiter: z.string().min(1).max(8).default(' '),
    clientId: z.string().min(1).max(4096),
    clientSecret: z.string().max(65_536).optional().describe('empty or absent for public clients'),
    clientAuthentication: z.enum(['basic', 'body', 'none']).default('basic'),
    authorizationParams: z.record(z.string().min(1).max(200), z.string().max(4096)).default({}),
    authErrors: z
      .strictObject({ statuses: z.array(z.int().min(400).max(599)).min(1).max(20).default([401, 403]) })
      .default({ statuses: [401, 403] }),
    renewal: z
      .strictObject({
        before: z
          .int()
          .min(1)
          .max(31_536_000)
          .optional()
          .describe('seconds; default 1800, never over half the lifetime'),
        defaultLifetime: z
          .int()
          .min(1)
          .max(315_360_000)
          .optional()
          .describe('seconds, when the provider names none'),
      })
      .default({}),
  }),
  secret: z.strictObject({
    accessToken: z.string().min(1).max(65_536),
    refreshToken: z.string().min(1).max(65_536).optional(),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    scope: z.string().max(65_536).optional(),
  }),
  definitionSecrets: ['/auth/clientSecret'],
} as const

export type OAuth2 = z.infer<typeof oauth2.definition>
