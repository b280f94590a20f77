import { z } from 'zod'
import { AuthErrors } from './auth-errors.ts'
import { Renewal } from './renewal.ts'
import { TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'

const url = z.string().min(1).max(4096)

/** A request before the token request, whose reply gives what that one needs: the first half of a login. */
const LoginStep = z.strictObject({
  url,
  ...RequestTemplate.shape,
  reply: TokenReplyPaths.pick({ tokens: true, keep: true, error: true }).default({}),
})

/** A token that any request fetches; fetched again, or refreshed, when it ends. */
export const customToken = {
  definition: z.strictObject({
    type: z.literal('custom_token'),
    steps: z.array(LoginStep).min(1).max(5).optional(),
    tokenUrl: url,
    tokenMethod: z.enum(['GET', 'POST']).default('POST'),
    tokenRequest: RequestTemplate.optional(),
    tokenReply: TokenReplyPaths.optional(),
    refreshUrl: url.optional().describe('default: tokenUrl, where refreshRequest is given'),
    refreshRequest: RequestTemplate.optional(),
    refreshReply: TokenReplyPaths.optional().describe('default: as tokenReply'),
    revokeUrl: url.optional().describe('called when an account is disconnected: log out'),
    revokeRequest: RequestTemplate.optional(),
    authErrors: AuthErrors.default({ statuses: [401, 403] }),
    renewal: Renewal.default({}),
  }),
  /** What it sends are the account's parameters. */
  secret: z.strictObject({}),
  definitionSecrets: [],
} as const

export type CustomToken = z.infer<typeof customToken.definition>
