import { z } from 'zod'
import { HeaderName } from '../placement.ts'
import { AuthErrors } from './auth-errors.ts'
import { LoginStep } from './login-step.ts'
import { Renewal } from './renewal.ts'
import { ReplyPath, TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'

const url = z.string().min(1).max(4096).meta({ format: 'template' })
const cookieName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$/, 'must be the name of a cookie')

/** A session: the cookies that a login's reply sets. */
export const cookie = {
  definition: z
    .strictObject({
      type: z.literal('cookie'),
      steps: z
        .array(LoginStep)
        .min(1)
        .max(5)
        .optional()
        .describe('requests before the login; the cookies that they set go with the next ones'),
      loginUrl: url,
      loginRequest: RequestTemplate.optional().describe('default method POST'),
      loginReply: TokenReplyPaths.pick({ expiresIn: true, expiryUnit: true, keep: true, error: true })
        .optional()
        .describe(
          'how a refused login is told: `error.path`, as header:location; a redirect is read, not followed',
        ),
      cookies: z
        .array(cookieName)
        .min(1)
        .max(50)
        .optional()
        .describe(
          'names of those that make the session; a reply without them is a refused login. Default: all',
        ),
      csrf: z
        .strictObject({
          from: ReplyPath.describe('in the reply to the login, as cookie:csrftoken'),
          header: HeaderName,
        })
        .optional()
        .meta({
          title: 'CSRF token',
          description: 'a token against forged requests, sent in a header of its own',
        }),
      logoutUrl: url.optional().describe('called when an account is disconnected'),
      logoutRequest: RequestTemplate.optional().describe('default method POST'),
      authErrors: AuthErrors.default({ statuses: [401, 403] }).meta({
        title: 'Auth errors',
        'x-section': 'advanced',
      }),
      renewal: Renewal.default({}).meta({ 'x-section': 'advanced' }),
    })
    .meta({ title: 'Cookie login', description: 'a session: the cookies that the reply to a login sets' }),
  /** What it sends are the account's parameters. */
  secret: z.strictObject({}),
  definitionSecrets: [],
} as const

export type CookieLogin = z.infer<typeof cookie.definition>
