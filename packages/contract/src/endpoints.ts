import { accountEndpoints } from './endpoints/accounts.ts'
import { appEndpoints } from './endpoints/apps.ts'
import { auditEndpoints } from './endpoints/audit.ts'
import { connectLinkEndpoints } from './endpoints/connect-links.ts'
import { encryptionEndpoints } from './endpoints/encryption.ts'
import type { Endpoints } from './endpoints/endpoint.ts'
import { environmentEndpoints } from './endpoints/environments.ts'
import { eventEndpoints } from './endpoints/events.ts'
import { identityProviderEndpoints } from './endpoints/identity-providers.ts'
import { integrationEndpoints } from './endpoints/integrations.ts'
import { keyEndpoints } from './endpoints/keys.ts'
import { oauthClientEndpoints } from './endpoints/oauth-clients.ts'
import { operationEndpoints } from './endpoints/operations.ts'
import { organizationEndpoints } from './endpoints/organizations.ts'
import { ownAccountEndpoints } from './endpoints/own-account.ts'
import { peopleEndpoints } from './endpoints/people.ts'
import { providerEndpoints } from './endpoints/providers.ts'
import { revocationEndpoints } from './endpoints/revocations.ts'
import { transferEndpoints } from './endpoints/transfer.ts'
import { webhookEndpoints } from './endpoints/webhooks.ts'

export { type Endpoint, successStatus } from './endpoints/endpoint.ts'

/** The one table of endpoints under `/v1`: a file for each noun. */
export const endpoints = {
  ...integrationEndpoints,
  ...oauthClientEndpoints,
  ...providerEndpoints,
  ...accountEndpoints,
  ...connectLinkEndpoints,
  ...revocationEndpoints,
  ...eventEndpoints,
  ...auditEndpoints,
  ...webhookEndpoints,
  ...environmentEndpoints,
  ...appEndpoints,
  ...operationEndpoints,
  ...keyEndpoints,
  ...peopleEndpoints,
  ...ownAccountEndpoints,
  ...identityProviderEndpoints,
  ...organizationEndpoints,
  ...encryptionEndpoints,
  ...transferEndpoints,
} as const satisfies Endpoints

export type EndpointName = keyof typeof endpoints
