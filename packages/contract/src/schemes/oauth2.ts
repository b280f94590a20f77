import { z } from 'zod'
import { Json } from '../json.ts'
import { AuthErrors } from './auth-errors.ts'
import { JwtTemplate } from './jwt-template.ts'
import { Renewal } from './renewal.ts'
import { TokenReplyPaths } from './reply-paths.ts'
import { RequestTemplate } from './request-template.ts'
import { TlsIdentity, tlsSecrets } from './tls-identity.ts'

const url = z.string().min(1).max(4096).meta({ format: 'template' })
const template = z.string().max(4096).meta({ format: 'template' })

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

const clientAuthenticationTitles = {
  basic: 'Basic header',
  basic_raw: 'Basic header, not form-encoded',
  body: 'Body',
  private_key_jwt: 'JWT by private key',
  client_secret_jwt: 'JWT by client secret',
  tls: 'Mutual TLS',
  none: 'None',
} as const

const grantTitles = { jwt_bearer: 'JWT bearer' } as const

/** What few providers need. */
const detail = { 'x-detail': true }

/** What only browsers are sent with. */
const ofCode = { 'x-when': { grant: ['authorization_code'] } }

/** The subject of a token exchange (RFC 8693 §2.1); strings are templates. */
const TokenExchange = z.strictObject({
  subjectToken: z.string().max(65_536).meta({ format: 'template' }),
  subjectTokenType: z.string().max(500).default('urn:ietf:params:oauth:token-type:access_token'),
  actorToken: z.string().max(65_536).optional().meta({ format: 'template' }),
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
    of: z.string().max(8192).meta({ format: 'template' }),
    key: z
      .string()
      .max(8192)
      .optional()
      .meta({ format: 'template', description: 'makes it an HMAC (RFC 2104)' }),
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
  definition: z
    .strictObject({
      type: z.literal('oauth2'),
      grant: z.enum(grants).default('authorization_code').meta({ 'x-titles': grantTitles }),
      pkce: z
        .enum(['S256', 'plain', 'off'])
        .default('S256')
        .meta({ title: 'PKCE', 'x-titles': { plain: 'Plain', off: 'Off' }, ...ofCode }),
      issuer: url.optional().describe('endpoints that are not given are discovered from it (RFC 8414)'),
      authorizationUrl: url.optional().meta({ ...ofCode, description: 'where the person is sent to agree' }),
      tokenUrl: url.optional().describe('where the token is asked for'),
      refreshUrl: url.optional().describe('where it is not the token URL'),
      revokeUrl: url.optional().describe('called when an account is disconnected (RFC 7009)'),
      deviceUrl: url
        .optional()
        .meta({ 'x-when': { grant: ['device_code'] }, description: 'device authorization (RFC 8628)' }),
      parUrl: url.optional().meta({
        title: 'PAR URL',
        ...ofCode,
        ...detail,
        description: 'pushed authorization requests (RFC 9126); taken where it is given or required',
      }),
      registrationUrl: url.optional().meta({ ...detail, description: 'where a client is registered' }),
      registration: z
        .strictObject({
          initialAccessToken: z.string().max(65_536).optional().meta({ format: 'template', writeOnly: true }),
          metadata: z.record(z.string().min(1).max(100), Json).default({}),
        })
        .optional()
        .meta({
          ...detail,
          description: 'register a client at the provider (RFC 7591) in place of clientId',
        }),
      tokenMethod: z.enum(['GET', 'POST']).default('POST'),
      scopes: z
        .array(z.string().min(1).max(500).meta({ format: 'template' }))
        .max(500)
        .default([]),
      scopeDelimiter: z.string().min(1).max(8).default(' ').describe('between scopes; default a space'),
      clientId: z.string().min(1).max(4096).optional().meta({ format: 'template' }),
      clientSecret: z
        .string()
        .max(65_536)
        .optional()
        .meta({ format: 'template', writeOnly: true, description: 'empty or absent for public clients' }),
      clientSecrets: z
        .array(z.string().min(1).max(65_536).meta({ format: 'template', writeOnly: true }))
        .min(1)
        .max(2)
        .optional()
        .meta({
          ...detail,
          description: 'in rotation, in place of the client secret: the new one, then the old one',
        }),
      clientAuthentication: z
        .enum(clientAuthentications)
        .default('basic')
        .meta({ title: 'Client credentials sent via', 'x-titles': clientAuthenticationTitles }),
      jwt: JwtTemplate.extend({
        use: z
          .enum(['client_assertion', 'assertion', 'template'])
          .optional()
          .describe('default assertion for the grant jwt_bearer, else client_assertion'),
      })
        .optional()
        .meta({ title: 'JWT', description: 'for client credentials, as an assertion, or as `{jwt.token}`' }),
      tls: TlsIdentity.optional().meta({ title: 'Mutual TLS', description: 'with the token endpoint' }),
      dpop: z
        .boolean()
        .default(false)
        .meta({ ...detail, title: 'DPoP', description: 'bind tokens to a key (RFC 9449)' }),
      resource: z
        .array(template)
        .max(20)
        .optional()
        .meta({ ...detail, description: 'resource indicators (RFC 8707)' }),
      authorizationParams: z
        .record(z.string().min(1).max(200), template)
        .default({})
        .meta({ title: 'Extra authorization parameters' }),
      authorizationNames: ParameterNames.optional().meta({
        ...ofCode,
        ...detail,
        description:
          'the provider’s own names of client_id, redirect_uri, scope, state, response_type; null leaves one out',
      }),
      callbackNames: ParameterNames.optional().meta({
        ...ofCode,
        ...detail,
        description: 'the provider’s own names of code and state in the callback',
      }),
      redirectUri: template.optional().meta({
        title: 'Redirect URI',
        ...ofCode,
        ...detail,
        description: 'sent in place of ours, where the provider knows ours by an alias',
      }),
      tokenExchange: TokenExchange.optional().meta({ 'x-when': { grant: ['token_exchange'] } }),
      computed: z
        .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), ComputedValue)
        .optional()
        .meta({ ...detail, description: 'values that are computed for each request: `{computed.name}`' }),
      tokenRequest: RequestTemplate.optional().meta({
        title: 'Override token request',
        'x-placeholders': ['client.id', 'client.secret', 'code', 'codeVerifier', 'redirectUri', 'scope'],
      }),
      refreshRequest: RequestTemplate.optional().meta({
        title: 'Override refresh request',
        'x-placeholders': ['client.id', 'client.secret', 'token.refreshToken', 'token.accessToken', 'scope'],
      }),
      revokeRequest: RequestTemplate.optional().meta({
        title: 'Override revoke request',
        'x-placeholders': ['client.id', 'client.secret', 'token.refreshToken', 'token.accessToken'],
      }),
      tokenReply: TokenReplyPaths.optional(),
      refreshReply: TokenReplyPaths.extend({
        keepsToken: z
          .boolean()
          .optional()
          .describe('success without a token means that the old one lives on'),
      })
        .optional()
        .describe('default: as tokenReply'),
      followUps: z
        .array(FollowUp)
        .min(1)
        .max(10)
        .optional()
        .meta({ ...detail, description: 'requests that follow the first token, with it' }),
      authErrors: AuthErrors.default({ statuses: [401, 403] }).meta({
        title: 'Auth errors',
        'x-section': 'advanced',
      }),
      renewal: Renewal.default({}).meta({ 'x-section': 'advanced' }),
    })
    .meta({ title: 'OAuth 2.0', description: 'tokens by any grant, renewed before they end (RFC 6749)' }),
  secret: z.strictObject({
    username: z.string().max(2048).optional().meta({ title: 'User name' }),
    password: z.string().max(65_536).optional().meta({ title: 'Password' }),
    accessToken: z.string().min(1).max(65_536).optional().meta({ title: 'Access token' }),
    refreshToken: z.string().min(1).max(65_536).optional().meta({ title: 'Refresh token' }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ title: 'Access token expires', description: 'as 2030-01-31T12:00:00Z' }),
    scope: z.string().max(65_536).optional().meta({ title: 'Scopes', description: 'separated by spaces' }),
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
