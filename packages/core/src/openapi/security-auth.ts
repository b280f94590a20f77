import type { Auth, Parameter, Placement } from '@sallyport/contract'
import { type Located, textOf } from './located.ts'
import { oauth2Auth } from './security-oauth2.ts'
import { parameterName } from './servers.ts'

/** What of a definition follows from one security scheme. */
export interface AuthDraft {
  readonly auth?: Auth
  readonly placement?: Placement
  readonly parameters?: readonly Parameter[]
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly tls?: { readonly certificate: string; readonly privateKey: string }
}

export interface AuthContext {
  /** Where relative addresses start, as far as it is known. */
  readonly baseUrl: string
  /** What the imported operations ask for. */
  readonly scopes: readonly string[]
}

/** Why there is no counterpart. */
export type Refusal = string

type Reading = (at: Located, context: AuthContext) => AuthDraft | Refusal

/** By the type that OpenAPI and Swagger give a scheme. */
const byType: Readonly<Record<string, Reading>> = {
  http: (at) =>
    byHttpScheme[(textOf(at, 'scheme') ?? '').toLowerCase()] ??
    'Of HTTP’s schemes basic, bearer and digest are known.',
  basic: () => ({ auth: { type: 'basic' } }),
  apiKey: (at) => keyPlacement(at),
  oauth2: oauth2Auth,
  openIdConnect: oauth2Auth,
  mutualTLS: () => ({
    tls: { certificate: '{certificate}', privateKey: '{privateKey}' },
    parameters: [
      {
        name: 'certificate',
        label: 'Client certificate',
        help: 'PEM, with the chain behind it',
        required: true,
      },
      { name: 'privateKey', label: 'Its private key', help: 'PEM', required: true, secret: true },
    ],
  }),
}

const byHttpScheme: Readonly<Record<string, AuthDraft>> = {
  basic: { auth: { type: 'basic' } },
  bearer: {
    auth: { type: 'api_token' },
    placement: { in: 'header', name: 'Authorization', template: 'Bearer {token}' },
  },
  digest: { auth: { type: 'digest' } },
}

/** A scheme in the words of definitions, or why there are none. */
export function authOf(at: Located, context: AuthContext): AuthDraft | Refusal {
  const type = textOf(at, 'type') ?? ''
  const reading = Object.hasOwn(byType, type) ? byType[type] : undefined
  return reading?.(at, context) ?? `There is no type ${type.slice(0, 50)} of security schemes.`
}

function keyPlacement(at: Located): AuthDraft | Refusal {
  const name = textOf(at, 'name') ?? ''
  if (name === '') return 'This names no place for the key.'
  const auth = { type: 'api_token' } as const
  const places: Readonly<Record<string, Placement>> = {
    header: { in: 'header', name, template: '{token}' },
    query: { in: 'query', name, template: '{token}' },
    cookie: { in: 'header', name: 'Cookie', template: `${name}={token}` },
  }
  const place = textOf(at, 'in') ?? ''
  const placement = Object.hasOwn(places, place) ? places[place] : undefined
  return placement ? { auth, placement } : 'This names no place for the key: header, query or cookie.'
}

/** The same key as a secret parameter of accounts, where something else is the credential already. */
export function asParameter(scheme: string, { placement }: AuthDraft): AuthDraft | undefined {
  if (!placement) return undefined
  const name = parameterName(scheme)
  const parameters = [{ name, label: scheme.slice(0, 200), required: true, secret: true }]
  const value = (placement.template ?? '{token}').replace('{token}', `{${name}}`)
  if (placement.in === 'query') return { parameters, query: { [placement.name]: value } }
  return { parameters, headers: { [placement.name ?? 'Authorization']: value } }
}
