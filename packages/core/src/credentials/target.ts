import type { Definition } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { AccountRecord, IntegrationRecord, Store } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { ClientOwner } from '../schemes/registered-client.ts'
import type { Connection, Credential, Scheme } from '../schemes/scheme.ts'
import type { Vault } from '../vault/vault.ts'
import { type ConnectionPolicy, createConnection, type SharedClient } from './connection.ts'
import { clientDefinition, definitionOf, openSecretsOf, registrationIdOf } from './definition.ts'
import { openCredential } from './seal.ts'

/** An account with its definition, opened: what a call or a renewal works on. */
export interface Target {
  readonly account: AccountRecord
  readonly integration: IntegrationRecord
  readonly definition: Definition
  readonly scheme: Scheme
  readonly credential: Credential
  readonly connection: Connection
}

export interface TargetPorts {
  readonly store: Store
  readonly vault: Vault
  readonly policy: ConnectionPolicy
}

/** Reads and opens an account. @throws SallyportError not_found */
export async function loadTarget(
  ports: TargetPorts,
  organizationId: string,
  accountId: string,
): Promise<Target> {
  const account = await ports.store.accounts.get(organizationId, accountId)
  const integration = account && (await ports.store.integrations.get(organizationId, account.integrationId))
  if (!account || !integration) throw new SallyportError('not_found')
  return openTarget(ports, account, integration)
}

/** Opens an account that has been read. */
export async function openTarget(
  ports: Pick<TargetPorts, 'vault' | 'policy'>,
  account: AccountRecord,
  integration: IntegrationRecord,
): Promise<Target> {
  const credential = await openCredential(ports.vault, account, account.credential)
  return targetWith(ports, account, integration, credential)
}

/** The same with a credential that need not be stored: for trials. */
export async function targetWith(
  ports: Pick<TargetPorts, 'vault' | 'policy'>,
  account: AccountRecord,
  integration: IntegrationRecord,
  credential: Credential,
): Promise<Target> {
  const definition = definitionOf(integration)
  const definitionSecrets = await openSecretsOf(ports.vault, integration)
  const connection = createConnection({
    policy: ports.policy,
    definition,
    definitionSecrets,
    client: clientOf(integration),
    registrant: registrantOf(integration),
    account,
    credential,
  })
  return { account, integration, definition, scheme: schemeOf(definition), credential, connection }
}

/** For whom a client is registered, where the provider registers clients. */
export function registrantOf(integration: IntegrationRecord): ClientOwner {
  return {
    organizationId: integration.organizationId,
    id: registrationIdOf(integration),
    isShared: integration.oauthClient !== undefined,
  }
}

/** The client that many share guards where its secret goes by its own hosts. */
export function clientOf({ oauthClient }: IntegrationRecord): SharedClient | undefined {
  return oauthClient && { hosts: clientDefinition(oauthClient).hosts }
}
