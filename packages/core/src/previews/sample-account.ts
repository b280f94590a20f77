import type { Definition, IntegrationPreviewInput } from '@sallyport/contract'
import { newAccount } from '../accounts/candidate.ts'
import { type ConnectionPolicy, createConnection } from '../credentials/connection.ts'
import { settingsAskedFor } from '../credentials/profile-settings.ts'
import { clientOf, registrantOf, type Target } from '../credentials/target.ts'
import { valueAt } from '../integrations/secrets.ts'
import type { Clock, IntegrationRecord, Random } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { Credential } from '../schemes/scheme.ts'
import { Secret } from '../secret.ts'
import { sampleKey } from './sample-keys.ts'
import { sampleValues } from './sample-values.ts'
import type { StandIns } from './stand-ins.ts'

/** A definition to look at, as if it were stored: its secrets are known by their places alone. */
export interface PreviewedDefinition {
  readonly definition: Definition
  readonly integration: IntegrationRecord
  readonly secretPaths: readonly string[]
}

export interface SamplePorts {
  readonly policy: ConnectionPolicy
  readonly clock: Clock
  readonly random: Random
}

/** An account of the definition that never was: stand-ins for all that is secret, and for what nobody has given. */
export async function sampleAccount(
  ports: SamplePorts,
  { definition, integration, secretPaths }: PreviewedDefinition,
  given: NonNullable<IntegrationPreviewInput['parameters']>,
  standIns: StandIns,
): Promise<Target> {
  const scheme = schemeOf(definition)
  const values = sampleValues(definition, given, standIns)
  const names = { key: 'preview', name: standIns.unknown('account.name') }
  const input = { ...names, integration: integration.key, parameters: {}, tags: {} }
  const account = {
    ...newAccount(ports, integration, 'development', input, values.visible),
    id: standIns.unknown('account.id'),
    kept: values.kept,
    generation: 1,
  }
  const credential = sampleCredential(definition, values.secret, standIns)
  const settings = settingsAskedFor(definition).map((name) => [name, standIns.unknown(`profile.${name}`)])
  const connection = createConnection({
    policy: ports.policy,
    definition,
    definitionSecrets: await sampleSecrets(definition, secretPaths, standIns),
    client: clientOf(integration),
    registrant: registrantOf(integration),
    account,
    credential,
  }).inProfile(Object.fromEntries(settings))
  return { account, integration, definition, scheme, credential, connection }
}

/** Keys have to sign, so they are keys; all else is a text. */
async function sampleSecrets(
  definition: Definition,
  paths: readonly string[],
  standIns: StandIns,
): Promise<Record<string, Secret>> {
  const entries = paths.map(async (path) => {
    const beside = path.slice(0, path.lastIndexOf('/'))
    const isKey = path.endsWith('/privateKey')
    const text = isKey ? await sampleKey(valueAt(definition, `${beside}/algorithm`)) : standIns.secret(path)
    return [path, new Secret(text)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Whatever a type may ask of an account's secret. */
const secretNames = ['token', 'username', 'password', 'key', 'accessKeyId', 'secretAccessKey'] as const

function sampleCredential(
  definition: Definition,
  parameters: Readonly<Record<string, string>>,
  standIns: StandIns,
): Credential {
  const concealed = (names: readonly string[], prefix: string) =>
    Object.fromEntries(names.map((name) => [name, new Secret(standIns.secret(prefix + name))]))
  const named = schemeOf(definition)
    .placeable({ ...definition.auth })
    .flatMap((name) => /^token\.(?!(?:access|refresh)Token$)(.+)$/.exec(name)?.[1] ?? [])
  return {
    secret: concealed(secretNames, 'secret.'),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, text]) => [name, new Secret(text)]),
    ),
    tokens: {
      accessToken: new Secret(standIns.secret('accessToken')),
      refreshToken: new Secret(standIns.secret('refreshToken')),
      named: concealed([...named, 'tokenSecret', 'plain', 'csrf'], 'token.'),
      tokenType: 'bearer',
      issuedAt: 0,
      expiresAt: undefined,
      scopes: 'scopes' in definition.auth ? (definition.auth.scopes ?? []) : [],
    },
  }
}
