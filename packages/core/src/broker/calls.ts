import type {
  AccountInput,
  AccountPatch,
  ApiKeyInput,
  ApiKeyPatch,
  AppInput,
  AppPatch,
  AuditVerifyInput,
  AuthorizeInput,
  EnvironmentInput,
  EnvironmentPatch,
  IntegrationPreviewInput,
  OrganizationInput,
  OrganizationPatch,
  ProfileInput,
  RevocationInput,
  RevokedAccountState,
  RotationInput,
  TrialInput,
  WebhookInput,
  WebhookPatch,
} from '@sallyport/contract'
import { accountForm } from '../accounts/account-form.ts'
import * as accounts from '../accounts/accounts.ts'
import { authorizeAccount } from '../accounts/authorize.ts'
import { finishFlow } from '../accounts/callback.ts'
import { confirmAccount } from '../accounts/confirm.ts'
import { deleteAccount, disconnectAccount } from '../accounts/disconnect.ts'
import * as lists from '../accounts/list.ts'
import type { AccountPorts } from '../accounts/ports.ts'
import { readFlow } from '../accounts/read-flow.ts'
import * as revocations from '../accounts/revocation-runs.ts'
import { startFlow } from '../accounts/start.ts'
import { testAccount } from '../accounts/test-account.ts'
import { accountToken, renewAccount } from '../accounts/token.ts'
import { diagnoseAccount, listTraces } from '../accounts/traces.ts'
import { updateAccount } from '../accounts/update.ts'
import * as apps from '../apps/apps.ts'
import { diffProfiles } from '../apps/diff.ts'
import type { AppPorts } from '../apps/ports.ts'
import * as profiles from '../apps/profiles.ts'
import { renameAdapter, renameProfile } from '../apps/rename.ts'
import { copyProfile, promoteProfile, type Transfer } from '../apps/transfer.ts'
import { type AuditRange, exportAudit, listCheckpoints } from '../audit/export.ts'
import { type AuditQuery, listAudit } from '../audit/list.ts'
import { Verifications } from '../audit/verification.ts'
import type { VerifyPorts } from '../audit/verify.ts'
import type { CallEvents } from '../call/call-events.ts'
import type { Catalogue } from '../catalogue-ports.ts'
import { type OuterKeyPorts, readOuterKeys, startRewrap } from '../encryption/outer-keys.ts'
import * as rotations from '../encryption/rotations.ts'
import * as environments from '../environments/environments.ts'
import { type EventQuery, listEvents } from '../events/list.ts'
import * as webhooks from '../events/webhooks.ts'
import { endPreviousSecret, rotateKey } from '../identity/key-secrets.ts'
import * as keys from '../identity/keys.ts'
import type { DefinitionChange, DefinitionPorts } from '../integrations/definition-record.ts'
import * as integrations from '../integrations/integrations.ts'
import * as oauthClients from '../integrations/oauth-clients.ts'
import { listProviderOperations, listProviders, readProvider } from '../integrations/providers.ts'
import { type AskedImport, importOperations, type OperationImportPorts } from '../operations/import/import.ts'
import * as operations from '../operations/operations.ts'
import type { OperationPorts } from '../operations/ports.ts'
import { readOperationInput } from '../operations/read-input.ts'
import { type Asked, runOperation, runUnsavedOperation } from '../operations/run.ts'
import * as organizations from '../organizations/organizations.ts'
import type { PageRequest, Store } from '../ports.ts'
import { previewIntegration } from '../previews/preview-integration.ts'
import type { Principal } from '../principal.ts'
import type { BrokerOptions } from './options.ts'

export function integrationCalls(ports: integrations.IntegrationPorts) {
  return {
    create: (owner: Principal, input: unknown) => integrations.createIntegration(ports, owner, input),
    preview: (owner: Principal, input: IntegrationPreviewInput) => previewIntegration(ports, owner, input),
    list: ({ organizationId }: Principal, page: PageRequest, clientKey: string | undefined) =>
      integrations.listIntegrations(ports, organizationId, page, clientKey),
    read: ({ organizationId }: Principal, key: string) =>
      integrations.readIntegration(ports, organizationId, key),
    update: (owner: Principal, change: DefinitionChange) =>
      integrations.updateIntegration(ports, owner, change),
    delete: (owner: Principal, key: string, how: { readonly cascade: boolean }) =>
      integrations.deleteIntegration(ports, owner, key, how),
  }
}

export function oauthClientCalls(ports: DefinitionPorts) {
  return {
    create: (owner: Principal, input: unknown) => oauthClients.createOAuthClient(ports, owner, input),
    list: ({ organizationId }: Principal, page: PageRequest) =>
      oauthClients.listOAuthClients(ports, organizationId, page),
    read: ({ organizationId }: Principal, key: string) =>
      oauthClients.readOAuthClient(ports, organizationId, key),
    update: (owner: Principal, change: DefinitionChange) =>
      oauthClients.updateOAuthClient(ports, owner, change),
    delete: (owner: Principal, key: string) => oauthClients.deleteOAuthClient(ports, owner, key),
  }
}

export function providerCalls({ catalogue }: Pick<DefinitionPorts, 'catalogue'>) {
  return {
    list: (search: Parameters<Catalogue['search']>[0]) => listProviders(catalogue, search),
    read: (id: string) => readProvider(catalogue, id),
    operations: (id: string, page: PageRequest) => listProviderOperations(catalogue, id, page),
  }
}

export function accountCalls(ports: AccountPorts & Pick<DefinitionPorts, 'catalogue'>) {
  return {
    create: (owner: Principal, input: AccountInput) => accounts.createAccount(ports, owner, input),
    testInput: (owner: Principal, input: AccountInput) => accounts.testAccountInput(ports, owner, input),
    list: (owner: Principal, query: lists.AccountQuery, page: Parameters<typeof lists.listAccounts>[3]) =>
      lists.listAccounts(ports, owner, query, page),
    count: (owner: Principal, query: lists.AccountQuery, inGroups: boolean) =>
      lists.countAccounts(ports, owner, query, inGroups),
    countRenewals: (owner: Principal, hours: number) => lists.countRenewals(ports, owner, hours),
    form: (owner: Principal, integration: string) => accountForm(ports, owner, integration),
    read: (owner: Principal, id: string) => accounts.readAccount(ports, owner, id),
    update: (owner: Principal, id: string, patch: AccountPatch) => updateAccount(ports, owner, id, patch),
    delete: (owner: Principal, id: string) => deleteAccount(ports, owner, id),
    disconnect: (owner: Principal, id: string) => disconnectAccount(ports, owner, id),
    authorize: (owner: Principal, id: string, input: AuthorizeInput) =>
      authorizeAccount(ports, owner, id, input),
    confirm: (owner: Principal, id: string, result: string) => confirmAccount(ports, owner, id, result),
    traces: (owner: Principal, id: string, page: PageRequest) => listTraces(ports, owner, id, page),
    diagnose: (owner: Principal, id: string) => diagnoseAccount(ports, owner, id),
    renew: (owner: Principal, id: string) => renewAccount(ports, owner, id),
    test: (owner: Principal, id: string, input: TrialInput) => testAccount(ports, owner, id, input),
    token: (owner: Principal, id: string, minimumSeconds: number | undefined) =>
      accountToken(ports, owner, id, minimumSeconds),
  }
}

export function operationCalls(
  ports: OperationPorts & Pick<DefinitionPorts, 'catalogue'>,
  importPorts: OperationImportPorts,
) {
  return {
    create: (owner: Principal, input: unknown) => operations.createOperation(ports, owner, input),
    createFromProvider: (owner: Principal, provider: string, body: unknown) =>
      operations.createProviderOperations(ports, owner, { provider, body }),
    list: (owner: Principal, page: PageRequest & { readonly integration?: string | undefined }) =>
      operations.listOperations(ports, owner, page),
    read: (owner: Principal, key: string) => operations.readOperation(ports, owner, key),
    update: (owner: Principal, key: string, patch: unknown) =>
      operations.updateOperation(ports, owner, { key, patch }),
    delete: (owner: Principal, key: string) => operations.deleteOperation(ports, owner, key),
    import: (owner: Principal, asked: AskedImport) => importOperations(importPorts, owner, asked),
    run: (asked: Asked, key: string, body: unknown) => runOperation(ports, asked, { key, body }),
    runUnsaved: (asked: Asked, body: unknown) => runUnsavedOperation(ports, asked, body),
    readInput: (asked: Asked, key: string, body: unknown) => readOperationInput(ports, asked, { key, body }),
  }
}

export function revocationCalls(ports: revocations.RevocationRunPorts) {
  return {
    start: (principal: Principal, input: RevocationInput) =>
      revocations.startRevocation(ports, principal, input),
    list: (principal: Principal, page: PageRequest) => revocations.listRevocations(ports, principal, page),
    read: (principal: Principal, id: string) => revocations.readRevocation(ports, principal, id),
    accounts: (
      principal: Principal,
      which: { readonly id: string; readonly state?: RevokedAccountState; readonly page: PageRequest },
    ) => revocations.listRevokedAccounts(ports, principal, which),
    retry: (principal: Principal, id: string) => revocations.retryRevocation(ports, principal, id),
  }
}

/** The browser's side of an authorization. */
export function flowCalls(ports: AccountPorts) {
  return {
    start: (callbackId: string, token: string, cookieOf: (name: string) => string | undefined) =>
      startFlow(ports, callbackId, token, cookieOf),
    finish: (
      callbackId: string,
      parameters: URLSearchParams,
      cookieOf: (name: string) => string | undefined,
    ) => finishFlow(ports, callbackId, parameters, cookieOf),
    read: (callbackId: string, id: string) => readFlow(ports, callbackId, id),
  }
}

export function webhookCalls(ports: webhooks.WebhookPorts) {
  return {
    create: (owner: Principal, input: WebhookInput) => webhooks.createWebhook(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => webhooks.listWebhooks(ports, owner, page),
    read: (owner: Principal, id: string) => webhooks.readWebhook(ports, owner, id),
    update: (owner: Principal, id: string, patch: WebhookPatch) =>
      webhooks.updateWebhook(ports, owner, id, patch),
    delete: (owner: Principal, id: string) => webhooks.deleteWebhook(ports, owner, id),
    rotate: (owner: Principal, id: string) => webhooks.rotateWebhook(ports, owner, id),
    test: (owner: Principal, id: string) => webhooks.testWebhook(ports, owner, id),
    deliveries: (owner: Principal, id: string, page: PageRequest) =>
      webhooks.listDeliveries(ports, owner, id, page),
    replay: (owner: Principal, which: { readonly id: string; readonly delivery: string }) =>
      webhooks.replayDelivery(ports, owner, which),
  }
}

interface EventPorts extends Pick<BrokerOptions, 'flushOthers'> {
  readonly store: Store
}

export function eventCalls(ports: EventPorts, calls: CallEvents) {
  return {
    async list(owner: Principal, query: EventQuery, page: PageRequest) {
      // What this node knows of already is not kept back until the next second.
      await Promise.all([calls.flush(), ports.flushOthers?.()])
      return listEvents(ports, owner, query, page)
    },
  }
}

export function environmentCalls(ports: environments.EnvironmentPorts) {
  return {
    create: (owner: Principal, input: EnvironmentInput) =>
      environments.createEnvironment(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => environments.listEnvironments(ports, owner, page),
    read: (owner: Principal, key: string) => environments.readEnvironment(ports, owner, key),
    update: (owner: Principal, key: string, patch: EnvironmentPatch) =>
      environments.updateEnvironment(ports, owner, key, patch),
    delete: (owner: Principal, key: string) => environments.deleteEnvironment(ports, owner, key),
  }
}

export function auditCalls(ports: VerifyPorts & { readonly store: Store }) {
  const verifications = new Verifications(ports)
  return {
    list: (owner: Principal, query: AuditQuery, page: PageRequest) => listAudit(ports, owner, query, page),
    checkpoints: (owner: Principal, page: PageRequest) => listCheckpoints(ports, owner, page),
    verify: (owner: Principal, input: AuditVerifyInput) => verifications.verify(owner, input),
    export: (owner: Principal, range: AuditRange) => exportAudit(ports, owner, range),
  }
}

export function encryptionCalls(ports: rotations.RotationPorts & OuterKeyPorts) {
  return {
    readOuterKeys: () => readOuterKeys(ports),
    startRewrap: (owner: Principal) => startRewrap(ports, owner),
    read: (owner: Principal) => rotations.readEncryption(ports, owner),
    startRotation: (owner: Principal, input: RotationInput) => rotations.startRotation(ports, owner, input),
    readRotation: (owner: Principal, id: string) => rotations.readRotation(ports, owner, id),
    listRotations: (owner: Principal, page: PageRequest) => rotations.listRotations(ports, owner, page),
  }
}

export function appCalls(ports: AppPorts) {
  type Place = profiles.ProfilePlace
  return {
    create: (owner: Principal, input: AppInput) => apps.createApp(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => apps.listApps(ports, owner, page),
    read: (owner: Principal, key: string) => apps.readApp(ports, owner, key),
    update: (owner: Principal, key: string, patch: AppPatch) => apps.updateApp(ports, owner, { key, patch }),
    delete: (owner: Principal, key: string) => apps.deleteApp(ports, owner, key),
    renameAdapter: (owner: Principal, which: Parameters<typeof renameAdapter>[2]) =>
      renameAdapter(ports, owner, which),
    profiles: (owner: Principal, key: string) => profiles.listProfiles(ports, owner, key),
    profile: (owner: Principal, place: Place) => profiles.readProfile(ports, owner, place),
    putProfile: (owner: Principal, place: Place, input: ProfileInput) =>
      profiles.putProfile(ports, owner, { ...place, input }),
    deleteProfile: (owner: Principal, place: Place) => profiles.deleteProfile(ports, owner, place),
    renameProfile: (owner: Principal, which: Transfer) => renameProfile(ports, owner, which),
    copy: (owner: Principal, transfer: Transfer) => copyProfile(ports, owner, transfer),
    promote: (owner: Principal, transfer: Transfer) => promoteProfile(ports, owner, transfer),
    diff: (owner: Principal, place: Place & { readonly with: string }) => diffProfiles(ports, owner, place),
  }
}

export function organizationCalls(ports: organizations.OrganizationPorts) {
  return {
    isOperator: (principal: Principal) => organizations.isOperator(ports, principal),
    create: (principal: Principal, input: OrganizationInput) =>
      organizations.createOrganization(ports, principal, input),
    list: (page: PageRequest) => organizations.listOrganizations(ports, page),
    read: (principal: Principal, id: string) => organizations.readOrganization(ports, principal, id),
    update: (principal: Principal, id: string, patch: OrganizationPatch) =>
      organizations.updateOrganization(ports, principal, id, patch),
    delete: (principal: Principal, id: string) => organizations.deleteOrganization(ports, principal, id),
  }
}

export function keyCalls(ports: keys.KeyPorts) {
  return {
    create: (principal: Principal, input: ApiKeyInput) => keys.createKey(ports, principal, input),
    list: (principal: Principal, place: keys.KeyPlace, page: PageRequest) =>
      keys.listKeys(ports, principal, place, page),
    read: (principal: Principal, id: string) => keys.readKey(ports, principal, id),
    update: (principal: Principal, id: string, patch: ApiKeyPatch) =>
      keys.updateKey(ports, principal, { id, patch }),
    rotate: (principal: Principal, id: string, graceSeconds: number) =>
      rotateKey(ports, principal, { id, graceSeconds }),
    endPrevious: (principal: Principal, id: string) => endPreviousSecret(ports, principal, id),
    revoke: (principal: Principal, id: string) => keys.revokeKey(ports, principal, id),
  }
}
