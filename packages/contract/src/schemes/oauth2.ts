import { z } from 'zod'
import { Json } from '../json.ts'
import { AuthErrors } from './auth-errors.ts'
import { JwtTemplate } from './jwt-template.ts'
import { Renewal } from './renewal.ts'
import { TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'
import { TlsIdentity, tlsSecrets } from './tls-identity.ts'

const url = z.string().min(1).max(4096)
const template = z.string().max(4096)

/** A request that follows the first token: exchanges it for another, or looks something up with it. */
export const FollowUp = z.strictObject({
  url,
  ...RequestTemplate.shape,
  reply: TokenReplyPaths.default({}),
  onRenewal: z.boolean().default(false).describe('also after each renewal'),
})
export type FollowUp = z.infer<typeof FollowUp>

/** Grants (RFC 6749, RFC 8628, RFC 7523, RFC 8693). */
export const grants = [
  'authorization_code',
  'client_credentials',
  'password',
  'device_code',
  'jwt_bearer',
  'token_exchange',
] as const
export type Grant = (typeof grants)[number]

/** Ways of client authentication (RFC 6749 §2.3, RFC 7523 §2.2, RFC 8705). */
const clientAuthentications = [
  'basic',
  'basic_raw',
  'body',
  'private_key_jwt',
  'client_secret_jwt',
  'tls',
  'none',
] as const

/** The subject of a token exchange (RFC 8693 §2.1); strings are templates. */
const TokenExchange = z.strictObject({
  subjectToken: z.string().max(65_536),
  subjectTokenType: z.string().max(500).default('urn:ietf:params:oauth:token-type:access_token'),
  actorToken: z.string().max(65_536).optional(),
  actorTokenType: z.string().max(500).optional(),
  requestedTokenType: z.string().max(500).optional(),
  audience: z.array(template).max(20).optional(),
})

/** A value that is computed when a request is made: `{computed.name}`. It may ask for those before it. */
const ComputedValue = z
  .strictObject({
    hash: z
      .enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])
      .optional()
      .describe('without it the text is only encoded'),
    of: z.string().max(8192).describe('template'),
    key: z.string().max(8192).optional().describe('template; makes it an HMAC (RFC 2104)'),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
  })
  .refine(({ hash, key }) => key === undefined || hash !== undefined, {
    path: ['hash'],
    message: 'A key makes an HMAC, which needs a hash. Give one, or remove the key.',
  })

/** Names of parameters of authorization and token requests, where the provider has its own. */
const ParameterNames = z.record(z.string().min(1).max(100), z.string().min(1).max(100).nullable())

/** OAuth 2.0 (RFC 6749). Absent fields are the RFCs' defaults. */
export const oauth2 = {
  definition: z.strictObject({
    type: z.literal('oauth2'),
    grant: z.enum(grants).default('authorization_code'),
    pkce: z.enum(['S256', 'plain', 'off']).default('S256'),
    issuer: url.optional().describe('endpoints that are not given are discovered from it (RFC 8414)'),
    authorizationUrl: url.optional(),
    tokenUrl: url.optional(),
    refreshUrl: url.optional().describe('where it is not the token URL'),
    revokeUrl: url.optional(),
    deviceUrl: url.optional(),
    parUrl: url
      .optional()
      .describe('pushed authorization requests (RFC 9126); taken where it is given or required'),
    registrationUrl: url.optional(),
    registration: z
      .strictObject({
        initialAccessToken: z.string().max(65_536).optional(),
        metadata: z.record(z.string().min(1).max(100), Json).default({}),
      })
      .optional()
      .describe('register a client at the provider (RFC 7591) in place of clientId'),
    tokenMethod: z.enum(['GET', 'POST']).default('POST'),
    scopes: z.array(z.string().min(1).max(500)).max(500).default([]),
    scopeDelimiter: z.string().min(1).max(8).default(' '),
    clientId: z.string().min(1).max(4096).optional(),
    clientSecret: z.string().max(65_536).optional().describe('empty or absent for public clients'),
    clientSecrets: z
      .array(z.string().min(1).max(65_536))
      .min(1)
      .max(2)
      .optional()
      .describe('in rotation: the new one, then the old one'),
    clientAuthentication: z.enum(clientAuthentications).default('basic'),
    jwt: JwtTemplate.extend({
      use: z
        .enum(['client_assertion', 'assertion', 'template'])
        .optional()
        .describe('default assertion for the grant jwt_bearer, else client_assertion'),
    }).optional(),
    tls: TlsIdentity.optional(),
    dpop: z.boolean().default(false).describe('bind tokens to a key (RFC 9449)'),
    resource: z.array(template).max(20).optional().describe('resource indicators (RFC 8707)'),
    authorizationParams: z.record(z.string().min(1).max(200), template).default({}),
    authorizationNames: ParameterNames.optional().describe(
      'the provider’s own names of client_id, redirect_uri, scope, state, response_type; null leaves one out',
    ),
    callbackNames: ParameterNames.optional().describe(
      'the provider’s own names of code and state in the callback',
    ),
    redirectUri: template
      .optional()
      .describe('sent in place of ours, where the provider knows ours by an alias'),
    tokenExchange: TokenExchange.optional(),
    computed: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), ComputedValue).optional(),
    tokenRequest: RequestTemplate.optional(),
    refreshRequest: RequestTemplate.optional(),
    revokeRequest: RequestTemplate.optional(),
    tokenReply: TokenReplyPaths.optional(),
    refreshReply: TokenReplyPaths.extend({
      keepsToken: z.boolean().optional().describe('success without a token means that the old one lives on'),
    })
      .optional()
      .describe('default: as tokenReply'),
    followUps: z.array(FollowUp).min(1).max(10).optional(),
    authErrors: AuthErrors.default({ statuses: [401, 403] }),
    renewal: Renewal.default({}),
  }),
  secret: z.strictObject({
    username: z.string().max(2048).optional(),
    password: z.string().max(65_536).optional(),
    accessToken: z.string().min(1).max(65_536).optional(),
    refreshToken: z.string().min(1).max(65_536).optional(),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    scope: z.string().max(65_536).optional(),
  }),
  definitionSecrets: [
    '/auth/clientSecret',
    '/auth/clientSecrets/0',
    '/auth/clientSecrets/1',
    '/auth/jwt/secret',
    '/auth/jwt/privateKey',
    '/auth/registration/initialAccessToken',
    ...tlsSecrets.map((name) => `/auth/tls/${name}`),
  ],
} as const

export type OAuth2 = z.infer<typeof oauth2.definition>
