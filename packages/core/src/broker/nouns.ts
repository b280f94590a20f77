import type { ImportInput } from '@sallyport/contract'
import type { Principal } from '../principal.ts'
import { exportDefinitions } from '../transfer/export.ts'
import { importDefinitions } from '../transfer/import.ts'
import type { assemble } from './assemble.ts'
import {
  accountCalls,
  appCalls,
  auditCalls,
  encryptionCalls,
  environmentCalls,
  eventCalls,
  flowCalls,
  integrationCalls,
  keyCalls,
  oauthClientCalls,
  organizationCalls,
  providerCalls,
  revocationCalls,
  webhookCalls,
} from './calls.ts'
import { identityProviderCalls, invitationCalls, roleCalls, signOnCalls, userCalls } from './people-calls.ts'

type Parts = Awaited<ReturnType<typeof assemble>>

/** What can be done with each noun. */
export function nounCalls({ base, login, organization, recording, ports, background }: Parts) {
  return {
    integrations: integrationCalls({ ...base, revocations: ports.revocations }),
    oauthClients: oauthClientCalls(base),
    providers: providerCalls(base),
    accounts: accountCalls(ports),
    revocations: revocationCalls(base),
    flows: flowCalls(ports),
    events: eventCalls(base, recording.events),
    webhooks: webhookCalls({ ...base, deliveries: background.deliveries }),
    environments: environmentCalls(base),
    apps: appCalls(base),
    keys: keyCalls(base),
    audit: auditCalls(base),
    encryption: encryptionCalls(base),
    transfer: {
      exportDefinitions: (principal: Principal) => exportDefinitions(base, principal),
      importDefinitions: (principal: Principal, input: ImportInput) =>
        importDefinitions({ ...base, revocations: ports.revocations }, principal, input),
    },
    users: userCalls(base),
    roles: roleCalls(base),
    invitations: invitationCalls({ ...base, ...login }),
    identityProviders: identityProviderCalls(base),
    signOn: signOnCalls({ ...base, ...login }),
    organizations: organizationCalls({ ...base, firstOrganizationId: organization.id }),
  }
}
