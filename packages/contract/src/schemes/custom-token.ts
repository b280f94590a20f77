import { z } from 'zod'
import { AuthErrors } from './auth-errors.ts'
import { LoginStep } from './login-step.ts'
import { Renewal } from './renewal.ts'
import { TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'

const url = z.string().min(1).max(4096).meta({ format: 'template' })

/** A token that any request fetches; fetched again, or refreshed, when it ends. */
export const customToken = {
  definition: z
    .strictObject({
      type: z.literal('custom_token'),
      steps: z
        .array(LoginStep)
        .min(1)
        .max(5)
        .optional()
        .describe('requests before the token request; `reply.tokens` and `reply.keep` name what they give'),
      tokenUrl: url,
      tokenMethod: z.enum(['GET', 'POST']).default('POST'),
      tokenRequest: RequestTemplate.optional(),
      tokenReply: TokenReplyPaths.optional(),
      refreshUrl: url.optional().describe('default: tokenUrl, where refreshRequest is given'),
      refreshRequest: RequestTemplate.optional().describe(
        'without it, or where it asks for no {token}, the credential is sent as on calls',
      ),
      refreshReply: TokenReplyPaths.extend({
        keepsToken: z
          .boolean()
          .optional()
          .describe('success without a token means that the old one lives on'),
      })
        .optional()
        .describe('default: as tokenReply'),
      revokeUrl: url.optional().describe('called when an account is disconnected: log out'),
      revokeRequest: RequestTemplate.optional().describe('likewise; default method POST'),
      authErrors: AuthErrors.default({ statuses: [401, 403] }).meta({
        title: 'Auth errors',
        'x-section': 'advanced',
      }),
      renewal: Renewal.default({}).meta({ 'x-section': 'advanced' }),
    })
    .meta({
      title: 'Custom token',
      description: 'a token that any request fetches, with the account’s parameters',
    }),
  /** What it sends are the account's parameters. */
  secret: z.strictObject({}),
  definitionSecrets: [],
} as const

export type CustomToken = z.infer<typeof customToken.definition>
