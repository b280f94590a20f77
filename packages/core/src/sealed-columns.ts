import { createHash } from 'node:crypto'
import type { SealContext } from './seal-context.ts'

/** The fields of a row that its place is made of, by the names that records have for them. */
export type SealedRow = Readonly<Record<string, string | number>>

/** A column that an organization's data keys seal: one line in the register of all of them. */
export interface SealedColumn<Row> {
  readonly table: string
  readonly column: string
  readonly purpose: string
  /** Fields that name a row within its organization: the primary key. */
  readonly key: readonly string[]
  /** Further fields of the row that its place is made of. */
  readonly fields: readonly string[]
  /** Of these fields those that stand in the row's account. */
  readonly ofAccount: readonly string[]
  /** Where the value of this row lies. */
  place(row: Row): SealContext
}

interface Owned {
  readonly organizationId: string
}

interface Identified extends Owned {
  readonly id: string
}

/** Most are found by their id, belong to no environment, and are bound to no generation. */
function sealed<Row extends Owned>(
  name: `${string}.${string}`,
  purpose: string,
  {
    key = ['id'],
    fields = [],
    ofAccount = [],
    place = (row) => ({ rowId: (row as Row & Identified).id }),
  }: {
    readonly key?: readonly string[]
    readonly fields?: readonly string[]
    readonly ofAccount?: readonly string[]
    readonly place?: (row: Row) => Pick<SealContext, 'rowId'> & Partial<SealContext>
  } = {},
): SealedColumn<Row> {
  const [table = '', column = ''] = name.split('.')
  return {
    ...{ table, column, purpose, key, fields, ofAccount },
    place: (row) => ({
      ...{ organizationId: row.organizationId, environment: '', table, column, generation: 0 },
      ...place(row),
    }),
  }
}

interface Definition extends Identified {
  readonly version: number
}

const definitionSecrets = {
  fields: ['version'],
  // A definition's versions count as its generations.
  place: ({ id, version }: Definition) => ({ rowId: id, generation: version }),
}

interface InEnvironment extends Identified {
  readonly environment: string
}

interface Registration extends Owned {
  readonly ownerId: string
  readonly server: string
  readonly clientId: string
}

interface Orphan extends Owned {
  readonly accountId: string
  readonly environment: string
  readonly generation: number
}

/**
 * The register of all that data keys seal in the database. What seals and opens takes purpose and place from here, and
 * a rotation goes through all of it.
 */
export const sealedColumns = {
  accountCredential: sealed<InEnvironment & { readonly generation: number }>(
    'account.credential',
    'account.credential',
    {
      fields: ['environment', 'generation'],
      place: ({ id, environment, generation }) => ({ rowId: id, environment, generation }),
    },
  ),
  integrationSecrets: sealed<Definition>('integration.secrets', 'integration.secrets', definitionSecrets),
  oauthClientSecrets: sealed<Definition>('oauth_client.secrets', 'oauth_client.secrets', definitionSecrets),
  flow: sealed<InEnvironment>('flow.sealed', 'authorization_flow', {
    fields: ['environment'],
    place: ({ id, environment }) => ({ rowId: id, environment, table: 'authorization_flow' }),
  }),
  devicePoll: sealed<InEnvironment>('device_poll.sealed', 'device_poll', {
    key: ['accountId'],
    fields: ['id', 'environment'],
    place: ({ id, environment }) => ({ rowId: id, environment }),
  }),
  connectLink: sealed<InEnvironment>('connect_link.sealed', 'connect_link', {
    fields: ['environment'],
    place: ({ id, environment }) => ({ rowId: id, environment }),
  }),
  revocation: sealed<Identified>('revocation.sealed', 'revocation'),
  // Bound to the server as well: a row that was moved there opens nothing.
  clientRegistration: sealed<Registration>('client_registration.sealed', 'client_registration', {
    key: ['ownerId', 'server', 'clientId'],
    place: ({ ownerId, server, clientId }) => ({ rowId: `${ownerId} ${digest([server, clientId])}` }),
  }),
  // As the credential of its account at that generation would be.
  renewalOrphan: sealed<Orphan>('renewal_orphan.sealed', 'account.credential', {
    fields: ['accountId', 'generation', 'environment'],
    ofAccount: ['environment'],
    place: ({ accountId, environment, generation }) => ({
      ...{ table: 'account', column: 'credential', rowId: accountId, environment, generation },
    }),
  }),
  importRecipient: sealed<Identified>('import_recipient.sealed', 'import_recipient'),
  webhookSecrets: sealed<Identified>('webhook.secrets', 'webhook'),
  personTotp: sealed<Identified>('person.totp', 'totp'),
  identityProviderSecret: sealed<Identified>('identity_provider.secret', 'identity_provider'),
  signOnFlow: sealed<Identified>('sign_on_flow.memory', 'sign_on_flow'),
} as const

/** Of any of them: what goes through all reads the fields that it names. */
export type AnySealedColumn = SealedColumn<Owned & SealedRow>

/** All of them, in the order in which a rotation goes through them. */
export const allSealedColumns = Object.values(sealedColumns) as unknown as readonly AnySealedColumn[]

/** Columns of bytes that no data key seals, and why that is right. A column of bytes stands here or above. */
export const unsealedBytes: Readonly<Record<string, string>> = {
  'data_key.wrapped': 'wrapped by an outer key',
  'key_check.sealed': 'known text, sealed by an outer key',
  'api_key.digest': 'a digest of 256 random bits',
  'api_key.previous_digest': 'a digest of 256 random bits',
  'session.digest': 'a digest of 256 random bits',
  'invitation.digest': 'a digest of 256 random bits',
  'connect_link.digest': 'a digest of 256 random bits',
  'setup.token_digest': 'a digest of 256 random bits',
  'recovery_code.digest': 'a digest of a code that is good once',
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
