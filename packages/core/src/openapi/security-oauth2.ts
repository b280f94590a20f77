import type { Auth, Grant, Parameter } from '@sallyport/contract'
import { oauth2 as scheme } from '@sallyport/contract'
import { type Located, member, textOf } from './located.ts'
import type { AuthContext, AuthDraft, Refusal } from './security-auth.ts'

/** Flows by the names that OpenAPI 3 and Swagger 2.0 give them, the best first. */
const flows: readonly (readonly [grant: Grant, ...names: string[]])[] = [
  ['authorization_code', 'authorizationCode', 'accessCode'],
  ['client_credentials', 'clientCredentials', 'application'],
  ['device_code', 'deviceAuthorization'],
  ['password', 'password'],
]

/** Client id and secret are each account's own, until the owner of the definition puts in his. */
const client: readonly Parameter[] = [
  { name: 'clientId', label: 'Client ID', required: true },
  { name: 'clientSecret', label: 'Client secret', required: true, secret: true },
]
const ofClient = { type: 'oauth2', clientId: '{clientId}', clientSecret: '{clientSecret}' } as const

/** OAuth 2.0 by its flow, or OpenID Connect by its issuer. */
export function oauth2Auth(at: Located, { baseUrl, scopes }: AuthContext): AuthDraft | Refusal {
  const discovery = textOf(at, 'openIdConnectUrl')
  if (discovery !== undefined) {
    const issuer = addressOf(discovery, baseUrl)?.replace(/\/\.well-known\/openid-configuration\/?$/, '')
    if (issuer === undefined) return 'Its openIdConnectUrl is no https address.'
    return drafted({ ...ofClient, issuer, scopes: ['openid', ...scopes.filter((each) => each !== 'openid')] })
  }
  const found = flowOf(at)
  if (!found)
    return 'It names no flow that is known: authorization code, client credentials, device or password.'
  const [grant, flow] = found
  const addresses: Record<string, string> = {}
  for (const [field, name] of [
    ['authorizationUrl', 'authorizationUrl'],
    ['tokenUrl', 'tokenUrl'],
    ['refreshUrl', 'refreshUrl'],
    ['deviceUrl', 'deviceAuthorizationUrl'],
  ] as const) {
    const written = textOf(flow, name)
    if (written === undefined || written === '') continue
    const address = addressOf(written, baseUrl)
    if (address === undefined) return `Its ${name} is no https address.`
    addresses[field] = address
  }
  if (addresses.tokenUrl === undefined)
    return 'Its flow names no tokenUrl: give the endpoints in a definition of your own.'
  return drafted({ ...ofClient, grant, ...addresses, scopes: [...scopes] })
}

/** The flow of a scheme: in Swagger 2.0 the scheme is its only one. */
function flowOf(at: Located): readonly [Grant, Located] | undefined {
  const named = textOf(at, 'flow')
  const written = member(at, 'flows')
  for (const [grant, ...names] of flows) {
    if (named !== undefined && names.includes(named)) return [grant, at]
    const flow = names.map((name) => written && member(written, name)).find((each) => each !== undefined)
    if (flow) return [grant, flow]
  }
  return undefined
}

function drafted(written: Readonly<Record<string, unknown>>): AuthDraft | Refusal {
  const parsed = scheme.definition.safeParse(written)
  if (!parsed.success) return 'Its addresses or scopes are longer than a definition takes.'
  // What the document says, and no default.
  return { auth: { ...written } as Auth, parameters: client }
}

/** Credentials go over https alone, and to an address that the document names. */
function addressOf(written: string, baseUrl: string): string | undefined {
  const base = URL.canParse(baseUrl) ? baseUrl : undefined
  if (!URL.canParse(written, base) || /[{}]/.test(written)) return undefined
  const url = new URL(written, base)
  return url.protocol === 'https:' ? url.href.replace(/#.*$/, '') : undefined
}
