import type { Definition, OAuth2, ReferringDefinition } from '@sallyport/contract'
import type { IntegrationRecord, OAuthClientRecord } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { type DefinitionSecrets, openDefinitionSecrets } from './definition-secrets.ts'

/** A definition as it was written: it may leave its client to another record. */
export type WrittenDefinition = Definition | ReferringDefinition

type Stored = Pick<IntegrationRecord, 'definition' | 'oauthClient'>

/** An integration's definition as it is used: with all that its OAuth client says. */
export function definitionOf(integration: Stored): Definition {
  const written = JSON.parse(integration.definition) as WrittenDefinition
  return isReferring(written) ? withClient(written, clientDefinition(integration.oauthClient)) : written
}

/** An OAuth client's own definition. @throws Error where the integration's client was not read along */
export function clientDefinition(client: Pick<OAuthClientRecord, 'definition'> | undefined): Definition {
  if (!client) throw new Error('The OAuth client of an integration was not read.')
  return JSON.parse(client.definition) as Definition
}

export function isReferring(definition: WrittenDefinition): definition is ReferringDefinition {
  return 'client' in definition.auth
}

/** The client's block, with the scopes and the authorization parameters that the integration adds. */
export function withClient({ auth, ...rest }: ReferringDefinition, client: Definition): Definition {
  const shared = client.auth as OAuth2
  return {
    ...rest,
    auth: {
      ...shared,
      scopes: [...new Set([...shared.scopes, ...(auth.scopes ?? [])])],
      authorizationParams: { ...shared.authorizationParams, ...auth.authorizationParams },
    },
  }
}

/** The integration's own secrets, and those of its client. */
export async function openSecretsOf(
  vault: Vault,
  integration: IntegrationRecord,
): Promise<DefinitionSecrets> {
  const { oauthClient } = integration
  return {
    ...(await openDefinitionSecrets(vault, integration)),
    ...(oauthClient && (await openDefinitionSecrets(vault, oauthClient, 'oauth_client'))),
  }
}

/** Id of the client registration: last segment of the callback's path (A3). */
export function registrationIdOf({ id, oauthClient }: Pick<IntegrationRecord, 'id' | 'oauthClient'>): string {
  return oauthClient?.id ?? id
}
