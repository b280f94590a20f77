import { generateKeyPairSync } from 'node:crypto'
import {
  type Definition,
  IntegrationInput,
  openFields,
  type Parameter,
  type ProviderEntry,
} from '@sallyport/contract'
import { type Addresses, emulatedAddress, emulatedFields, exampleHost } from './addresses.ts'
import { textsIn } from './request-shape.ts'
import { sampleOf } from './sample-pattern.ts'
import { namesIn } from './template.ts'

/** What somebody fills in who uses an entry, and what an emulator of it has to know. */
export interface SampleUse {
  /** For `POST /v1/integrations`: the entry, what it leaves open, and its addresses as the emulator has them. */
  readonly input: Readonly<Record<string, unknown>>
  /** The whole definition that follows. */
  readonly definition: Definition
  /** Of the account. */
  readonly parameters: Readonly<Record<string, string>>
  /** Of the account; empty where a person or a client brings the token. */
  readonly secret: Readonly<Record<string, string>>
  /** The hosts that the entry lets credentials go to, as it writes them. */
  readonly listedHosts: readonly string[] | undefined
}

/** Fills in an entry with samples: values that fit their patterns, and letters that have to be encoded where any are free. */
export function sampleUse(entry: ProviderEntry, addresses: Addresses): SampleUse {
  const { hosts } = entry.definition
  const moved = emulatedFields(addresses, entry.definition)
  const open = filledIn(entry, addresses)
  const auth = { ...(moved.auth as object), ...open.auth }
  const fields = { ...moved, ...open.fields, auth }
  const definition = IntegrationInput.parse({
    ...{ key: 'sample', name: entry.name },
    ...entry.definition,
    ...fields,
    auth: { ...entry.definition.auth, ...auth },
  })
  const own = (entry.definition.parameters ?? []).map((parameter) => {
    const value = sampleParameter(parameter, entry, addresses)
    return [parameter.name, value] as const
  })
  return {
    input: { key: keyOf(entry.id), provider: entry.id, ...fields },
    definition,
    parameters: Object.fromEntries(own),
    secret: sampleSecret(entry, definition),
    listedHosts: hosts,
  }
}

function filledIn(
  entry: ProviderEntry,
  { origin }: Addresses,
): { readonly auth: Record<string, unknown>; readonly fields: Record<string, unknown> } {
  const auth: Record<string, unknown> = {}
  const fields: Record<string, unknown> = {}
  const declared = 'scopes' in entry.definition.auth ? entry.definition.auth.scopes : undefined
  for (const { path } of openFields(entry)) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (path === '/hosts') fields.hosts = [origin]
    else if (name !== 'scopes') auth[name] = clientSamples[name] ?? `sample-${name}`
    else if (declared === undefined)
      auth.scopes = entry.scopes?.slice(0, 2) ?? ['sample:read', 'sample.write']
  }
  return { auth, fields }
}

const clientSamples: Readonly<Record<string, string>> = {
  clientId: 'sample-client',
  // What has to be encoded in a header, a query or a form, each in its own way.
  clientSecret: 'sample/s+cret=%&é',
  consumerKey: 'sample-consumer',
  consumerSecret: 'sample/s+cret=%&é',
}

function sampleParameter(parameter: Parameter, entry: ProviderEntry, addresses: Addresses): string {
  const { name, choices, default: preset, kind, pattern } = parameter
  const { hosts, auth } = entry.definition
  const signing = 'jwt' in auth ? auth.jwt : 'privateKey' in auth ? auth : undefined
  if (signing?.privateKey === `{${name}}`)
    return sampleKey('algorithm' in signing ? signing.algorithm : 'RS256')
  if (choices) return choices.at(-1) ?? ''
  if (preset !== undefined) return preset
  if (kind === 'url') return emulatedAddress(addresses, `https://${exampleHost(hosts, name)}`)
  if (pattern !== undefined) return sampleOf(pattern)
  if (kind === 'host') return exampleHost(hosts, name)
  return kind === 'label' ? 'sample' : `sample ${name}`
}

/** A private key in PEM, made for the algorithm. */
export function sampleKey(algorithm: string): string {
  const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }
  const namedCurve = curves[algorithm]
  const { privateKey } =
    namedCurve !== undefined
      ? generateKeyPairSync('ec', { namedCurve })
      : algorithm === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** What each part of an account's secret is, where the definition asks for it. */
const secretSamples: Readonly<Record<string, string>> = {
  token: 'sample.tok/en+of=',
  username: 'ann+sample@example.com',
  password: 'sample: pässword',
  key: 'sample-key',
  accessKeyId: 'AKIASAMPLE',
  secretAccessKey: 'sample/secret+key',
}

/** What a secret has to hold for each type; those that are not here fetch all that they need. */
const secretNames: Readonly<Record<string, (definition: Definition) => readonly string[]>> = {
  api_token: (definition) => (placementTexts(definition).some(asksFor('token')) ? ['token'] : []),
  basic: usernamePassword,
  digest: usernamePassword,
  hmac: ({ auth }) =>
    'key' in auth && auth.key !== undefined && !asksFor('secret.key')(auth.key) ? [] : ['key'],
  aws_sigv4: () => ['accessKeyId', 'secretAccessKey'],
  sftp: () => ['username', 'password'],
  oauth2: ({ auth }) => ('grant' in auth && auth.grant === 'password' ? ['username', 'password'] : []),
  oauth1: ({ auth }) => ('requestTokenUrl' in auth ? [] : ['token', 'tokenSecret']),
}

function sampleSecret(entry: ProviderEntry, definition: Definition): Record<string, string> {
  const names = secretNames[definition.auth.type]?.(definition) ?? []
  return Object.fromEntries(
    names.map((name) => {
      const pattern = entry.secret?.[name]?.pattern
      return [name, pattern === undefined ? (secretSamples[name] ?? `sample-${name}`) : sampleOf(pattern)]
    }),
  )
}

function usernamePassword({ auth }: Definition): readonly string[] {
  const { username = '{secret.username}', password = '{secret.password}' } = auth as Record<string, string>
  return ['username', 'password'].filter((name) => [username, password].some(asksFor(`secret.${name}`)))
}

function placementTexts({ placement }: Definition): string[] {
  const texts = [placement ?? { in: 'header' }]
    .flat()
    .map((each) => ('template' in each ? each.template : undefined))
  return texts.flatMap((text) => textsIn(text ?? '{token}'))
}

function asksFor(name: string) {
  return (template: string) => namesIn(template).includes(name)
}

/** A key of letters and digits alone, which no other entry has. */
function keyOf(id: string): string {
  return id.replace(/-+(.)?/g, (_, next: string | undefined) => `X${next ?? ''}`)
}
