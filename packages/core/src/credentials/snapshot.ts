import type { Definition } from '@sallyport/contract'
import type { RevocationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { ClientOwner } from '../schemes/registered-client.ts'
import type { Connection, Credential, Scheme, Tokens } from '../schemes/scheme.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'
import { createConnection, type SharedClient } from './connection.ts'
import { parseCredential, serializeCredential } from './seal.ts'
import { clientOf, type Target, type TargetPorts } from './target.ts'

/** An account, its definition and its credential as they were, to work with when they are gone. */
interface Snapshot {
  readonly definition: Definition
  readonly definitionSecrets: Readonly<Record<string, string>>
  readonly client?: SharedClient | undefined
  readonly registrant: ClientOwner | undefined
  readonly account: {
    readonly id: string
    readonly name: string
    readonly parameters: Readonly<Record<string, string>>
    readonly kept: Readonly<Record<string, string>>
  }
  readonly credential: string
  /** Some of its tokens have been revoked already, and are not in it any more. */
  readonly isPartlyRevoked?: boolean
}

const { purpose, place } = sealedColumns.revocation

type Row = Pick<RevocationRecord, 'organizationId' | 'id'>

/** Seals what revoking takes, for the row of a revocation. */
export function sealSnapshot(vault: Vault, row: Row, target: Target): Promise<Buffer> {
  const { id, name, parameters, kept } = target.account
  const secrets = Object.entries(target.connection.definitionSecrets)
  const snapshot: Snapshot = {
    definition: target.definition,
    registrant: target.connection.registrant && {
      organizationId: target.connection.registrant.organizationId,
      id: target.connection.registrant.id,
    },
    definitionSecrets: Object.fromEntries(secrets.map(([path, secret]) => [path, secret.reveal()])),
    client: clientOf(target.integration),
    // Tokens that are given back at once may have brought values that no account has come to hold.
    account: { id, name, parameters, kept: { ...kept, ...target.credential.tokens?.kept } },
    credential: serializeCredential(target.credential),
  }
  return vault.seal(purpose, place(row), JSON.stringify(snapshot))
}

interface OpenedSnapshot {
  readonly scheme: Scheme
  readonly connection: Connection
  readonly credential: Credential
  readonly isPartlyRevoked: boolean
}

/** Opens what `sealSnapshot` or `sealLeft` sealed. */
export async function openSnapshot(
  ports: Pick<TargetPorts, 'vault' | 'policy'>,
  row: RevocationRecord,
): Promise<OpenedSnapshot> {
  const { credential: stored, isPartlyRevoked = false, ...snapshot } = await read(ports.vault, row)
  const credential = parseCredential(stored)
  const secrets = Object.entries(snapshot.definitionSecrets).map(([path, value]) => [path, new Secret(value)])
  const connection = createConnection({
    policy: ports.policy,
    ...snapshot,
    definitionSecrets: Object.fromEntries(secrets),
    credential,
  })
  return { scheme: schemeOf(snapshot.definition), connection, credential, isPartlyRevoked }
}

/** Seals what is left for the same row, once others of its tokens have been revoked. */
export async function sealLeft(vault: Vault, row: RevocationRecord, tokens: Tokens): Promise<Buffer> {
  const snapshot = await read(vault, row)
  const credential = serializeCredential({ ...parseCredential(snapshot.credential), tokens })
  const left: Snapshot = { ...snapshot, credential, isPartlyRevoked: true }
  return vault.seal(purpose, place(row), JSON.stringify(left))
}

async function read(vault: Vault, row: RevocationRecord): Promise<Snapshot> {
  return JSON.parse(await vault.open(purpose, place(row), row.sealed ?? Buffer.alloc(0))) as Snapshot
}
