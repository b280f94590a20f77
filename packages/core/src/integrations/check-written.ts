import { clientDefinition, type WrittenDefinition } from '../credentials/definition.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import type { IntegrationRecord } from '../ports.ts'
import { checkDefinition } from './check.ts'
import { checkReferring, clientKeyOf } from './check-client.ts'
import type { DefinitionPorts } from './definition-record.ts'
import { isAddedToClient, record } from './fields.ts'
import { withSecrets } from './secrets.ts'

/** A definition that holds, with the client that it refers to. @throws SallyportError definition_invalid */
export async function checked(
  ports: Pick<DefinitionPorts, 'store' | 'vault' | 'policy'>,
  organizationId: string,
  raw: unknown,
): Promise<{ definition: WrittenDefinition; oauthClient: IntegrationRecord['oauthClient'] }> {
  const key = clientKeyOf(raw)
  if (key === undefined)
    return { definition: checkDefinition(ports.policy, raw).definition, oauthClient: undefined }
  const oauthClient =
    typeof key === 'string' ? await ports.store.oauthClients.getByKey(organizationId, key) : undefined
  // With its secrets, so that what they ask of the integration's parameters is seen.
  const client = oauthClient && {
    key: oauthClient.key,
    definition: withSecrets(
      clientDefinition(oauthClient),
      await openDefinitionSecrets(ports.vault, oauthClient, 'oauth_client'),
    ),
  }
  return { definition: checkReferring(ports.policy, raw, client), oauthClient }
}

/** A patch that names a client gives up what the block has said itself: defaults stand there that nobody wrote. */
export function leavingToClient(before: WrittenDefinition, patch: unknown): unknown {
  const { client } = record(record(patch).auth)
  if (typeof client !== 'string' || 'client' in before.auth) return before
  const added = Object.entries(before.auth).filter(
    ([name]) => name === 'type' || isAddedToClient(`/auth/${name}`),
  )
  return { ...before, auth: Object.fromEntries(added) }
}
