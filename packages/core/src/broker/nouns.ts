import type { ImportInput, SealedExportInput } from '@sallyport/contract'
import { thawAccount } from '../accounts/thaw.ts'
import { ImportTurns } from '../operations/import/turns.ts'
import type { PageRequest } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { exportDefinitions } from '../transfer/export.ts'
import { exportSealed } from '../transfer/export-sealed.ts'
import { importDefinitions } from '../transfer/import.ts'
import { createImportRecipient, deleteImportRecipient, listImportRecipients } from '../transfer/recipients.ts'
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
  operationCalls,
  organizationCalls,
  providerCalls,
  revocationCalls,
  webhookCalls,
} from './calls.ts'
import { connectLinkCalls } from './connect-link-calls.ts'
import { identityProviderCalls, invitationCalls, roleCalls, signOnCalls, userCalls } from './people-calls.ts'

type Parts = Awaited<ReturnType<typeof assemble>>

/** What can be done with each noun. */
export function nounCalls({ base, login, organization, recording, ports, background, operations }: Parts) {
  return {
    integrations: integrationCalls({ ...base, revocations: ports.revocations }),
    oauthClients: oauthClientCalls(base),
    providers: providerCalls(base),
    accounts: accountCalls({ ...ports, catalogue: base.catalogue }),
    revocations: revocationCalls(base),
    flows: flowCalls(ports),
    connectLinks: connectLinkCalls({ ...ports, catalogue: base.catalogue }),
    events: eventCalls(base, recording.events),
    webhooks: webhookCalls({ ...base, deliveries: background.deliveries }),
    environments: environmentCalls(base),
    apps: appCalls(base),
    operations: operationCalls(
      { ...operations, catalogue: base.catalogue },
      { ...base, revocations: ports.revocations, importTurns: new ImportTurns() },
    ),
    keys: keyCalls(base),
    audit: auditCalls(base),
    encryption: encryptionCalls({ ...base, rewraps: background.rewraps }),
    transfer: {
      exportSealed: (principal: Principal, input: SealedExportInput) => exportSealed(base, principal, input),
      createRecipient: (principal: Principal) => createImportRecipient(base, principal),
      listRecipients: (principal: Principal, page: PageRequest) =>
        listImportRecipients(base, principal, page),
      deleteRecipient: (principal: Principal, id: string) => deleteImportRecipient(base, principal, id),
      thaw: (principal: Principal, id: string) => thawAccount(ports, principal, id),
      exportDefinitions: (principal: Principal) => exportDefinitions(base, principal),
      importDefinitions: (principal: Principal, input: ImportInput) =>
        importDefinitions(
          { ...base, revocations: ports.revocations, sandbox: operations.sandbox },
          principal,
          input,
        ),
    },
    users: userCalls(base),
    roles: roleCalls(base),
    invitations: invitationCalls({ ...base, ...login }),
    identityProviders: identityProviderCalls(base),
    signOn: signOnCalls({ ...base, ...login }),
    organizations: organizationCalls({ ...base, firstOrganizationId: organization.id }),
  }
}
