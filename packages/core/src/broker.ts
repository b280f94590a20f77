import type {
  AccountInput,
  AccountPatch,
  ApiKeyInput,
  AuthorizeInput,
  EnvironmentInput,
  EnvironmentPatch,
  TrialInput,
  WebhookInput,
  WebhookPatch,
} from '@sallyport/contract'
import * as accounts from './accounts/accounts.ts'
import { authorizeAccount } from './accounts/authorize.ts'
import { finishFlow } from './accounts/callback.ts'
import { confirmAccount } from './accounts/confirm.ts'
import { DevicePolls } from './accounts/device-polls.ts'
import { deleteAccount, disconnectAccount } from './accounts/disconnect.ts'
import type { AccountPorts } from './accounts/ports.ts'
import { readFlow } from './accounts/read-flow.ts'
import { startFlow } from './accounts/start.ts'
import { testAccount } from './accounts/test-account.ts'
import { accountToken, renewAccount } from './accounts/token.ts'
import { diagnoseAccount, listTraces } from './accounts/traces.ts'
import { updateAccount } from './accounts/update.ts'
import { type CallInput, type CallPorts, call } from './call/call.ts'
import { LastUsed } from './call/last-used.ts'
import type { CallTarget } from './call/resolve.ts'
import { SigningMemory } from './call/signing-memory.ts'
import { tryOut } from './call/trial.ts'
import { Admission } from './credentials/admission.ts'
import { createClientRegistrations } from './credentials/client-registrations.ts'
import { Fence } from './credentials/fence.ts'
import { JournalRoom } from './credentials/journal-room.ts'
import { Renewals } from './credentials/renewals.ts'
import { Revocations } from './credentials/revocations.ts'
import { Scheduler } from './credentials/scheduler.ts'
import type { Target } from './credentials/target.ts'
import { createEgress, type Egress, type EgressOptions } from './egress/egress.ts'
import * as environments from './environments/environments.ts'
import { firstOrganization } from './environments/first-organization.ts'
import { Deliveries } from './events/deliveries.ts'
import { EventJobs } from './events/jobs.ts'
import { type EventQuery, listEvents } from './events/list.ts'
import * as webhooks from './events/webhooks.ts'
import { callFiles, type FilesInput, type FilesPorts } from './files/files.ts'
import { tryFiles } from './files/trial.ts'
import { Turns } from './files/turns.ts'
import { digestOf } from './identity/api-key.ts'
import { type AuthenticatePorts, authenticate, type KnownKey } from './identity/authenticate.ts'
import * as keys from './identity/keys.ts'
import * as setup from './identity/setup.ts'
import type { DefinitionPorts } from './integrations/definition-record.ts'
import * as integrations from './integrations/integrations.ts'
import * as oauthClients from './integrations/oauth-clients.ts'
import type {
  Clock,
  InstanceMemory,
  Journal,
  Log,
  PageRequest,
  Random,
  RenewalStep,
  Store,
  Timers,
} from './ports.ts'
import type { Principal } from './principal.ts'
import { Recent } from './recent.ts'
import { KeySets } from './schemes/key-sets.ts'
import { Nonces } from './schemes/nonces.ts'
import type { Issuer } from './schemes/scheme.ts'
import type { Secret } from './secret.ts'
import { systemTimers } from './timers.ts'
import { Recorder } from './traces/recorder.ts'
import type { KeyRing } from './vault/keyring.ts'
import { createVault } from './vault/vault.ts'

/** How long the metadata of an issuer is good: a renewal needs no look of its own. */
const issuerMilliseconds = 300_000

/** Where the outside begins. */
export interface BrokerOptions {
  readonly store: Store
  /** True where no other process can use the store while this one does. */
  readonly isAlone: boolean
  readonly journal: Journal
  /** What this node remembers of the database. */
  readonly memory: InstanceMemory
  readonly keyRing: KeyRing
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly egress: EgressOptions
  /** Grants of OAuth 2.0 that no definition may use. */
  readonly forbiddenGrants?: ReadonlySet<string>
  /** The operator's own key; with it, set-up counts as done. */
  readonly adminKey: Secret | undefined
  /** The machine's own, unless said. */
  readonly timers?: Timers
  /** In place of the network, where providers are simulated. */
  readonly send?: Egress['credentialRequest']
  /** Told of each step of each renewal, and waited for: fault tests end the process there. */
  readonly reached?: (step: RenewalStep, accountId: string) => void | Promise<void>
}

/** The front door: everything that Sallyport does, whoever asks. */
export type Broker = Awaited<ReturnType<typeof createBroker>>

/** Puts the parts together, and makes the first organization where there is none. */
async function assemble(options: BrokerOptions) {
  const fence = new Fence(options)
  await fence.begin()
  const { store } = fence
  const { clock, random } = options
  const vault = createVault({ ring: options.keyRing, dataKeys: store.dataKeys, clock, random })
  const organization = await firstOrganization({ store, clock, random, vault })
  const egress = createEgress(options.egress)
  const targets = new Recent<CallTarget>(clock)
  const knownKeys = new Recent<KnownKey | undefined>(clock)
  const timers = options.timers ?? systemTimers
  const base = {
    ...options,
    store,
    fence,
    vault,
    policy: { ...options.egress, forbiddenGrants: options.forbiddenGrants ?? new Set<string>() },
    timers,
    admission: new Admission({ ...options, timers }),
    send: options.send ?? egress.credentialRequest,
    issuers: new Recent<Issuer>(clock, 1000, issuerMilliseconds),
    nonces: new Nonces(),
    keySets: new KeySets(clock),
    registrations: createClientRegistrations({ store, vault, clock }),
    changed: () => {
      targets.clear()
      knownKeys.clear()
    },
    mayRenew: guard(fence, new JournalRoom(options)),
  }
  const recorder = new Recorder(base)
  const revocations = new Revocations({ ...base, recorder })
  const renewals = new Renewals({ ...base, revocations, recorder })
  const lastUsed = new LastUsed(base)
  const signing = new SigningMemory()
  const passage: CallPorts = { ...base, egress, renewals, lastUsed, targets, signing }
  const files: FilesPorts = { ...base, egress, lastUsed, targets, turns: new Turns() }
  const ports: AccountPorts = {
    ...base,
    renewals,
    revocations,
    recorder,
    used: (account) => lastUsed.note(account),
    tryOut: (target) => (target.scheme.open ? tryFiles(files, target) : tryOut(passage, target)),
  }
  const identity: AuthenticatePorts = {
    store,
    clock,
    keys: knownKeys,
    adminDigest: options.adminKey && digestOf(options.adminKey.reveal()),
    firstOrganizationId: organization.id,
  }
  return { base, organization, egress, revocations, renewals, lastUsed, passage, files, ports, identity }
}

/** What stands against renewals besides the account itself. */
function guard(fence: Fence, room: JournalRoom) {
  return async (target: Target) => {
    await fence.pass()
    await room.pass(target)
  }
}

/** Opens the front door. */
export async function createBroker(options: BrokerOptions) {
  const { base, organization, egress, revocations, renewals, lastUsed, passage, files, ports, identity } =
    await assemble(options)
  const devicePolls = new DevicePolls(ports)
  const scheduler = new Scheduler(ports)
  const eventJobs = new EventJobs(base)
  const deliveries = new Deliveries(base)
  let isResting = false
  await base.fence.beforeRenewals(() => renewals.recover({ isAlone: options.isAlone }))
  if (options.adminKey) await setup.skipSetup(base)

  return {
    authenticate: (header: string | undefined) => authenticate(identity, header),
    call: (input: CallInput) => call(passage, input),
    files: (input: FilesInput) => callFiles(files, input),
    integrations: integrationCalls({ ...base, revocations }),
    oauthClients: oauthClientCalls(base),
    accounts: accountCalls(ports),
    flows: flowCalls(ports),
    events: {
      list: (owner: Principal, query: EventQuery, page: PageRequest) => listEvents(base, owner, query, page),
    },
    webhooks: webhookCalls({ ...base, deliveries }),
    environments: environmentCalls(base),
    keys: keyCalls(base),
    setup: {
      isDone: () => setup.isSetUp(base),
      offer: () => setup.offerSetup(base),
      complete: (token: string) => setup.completeSetup(base, organization.id, token),
    },
    /** Why no token is renewed and nothing is done in the background; undefined while all is well. */
    closed: () => base.fence.closed,
    /** Does the work that is due: to be called about once a second. */
    async runDue() {
      if (isResting || !(await base.fence.runDue())) return
      await renewals.runDue()
      await Promise.all(
        [scheduler, revocations, devicePolls, eventJobs, deliveries].map((worker) => worker.runDue()),
      )
    },
    /** Nothing is done in the background any more; calls are served until `close`. */
    rest() {
      isResting = true
      return scheduler.close()
    },
    /** Writes down what is kept in memory for a moment. */
    flush: () => lastUsed.flush(),
    /** Lets renewals and calls under way end, and writes the rest down. */
    async close() {
      await scheduler.close()
      await renewals.settled()
      await scheduler.settled()
      await devicePolls.settled()
      await revocations.settled()
      await deliveries.settled()
      await egress.close()
      await lastUsed.flush()
    },
  }
}

function integrationCalls(ports: integrations.IntegrationPorts) {
  return {
    create: ({ organizationId }: Principal, input: unknown) =>
      integrations.createIntegration(ports, organizationId, input),
    list: ({ organizationId }: Principal, page: PageRequest, clientKey: string | undefined) =>
      integrations.listIntegrations(ports, organizationId, page, clientKey),
    read: ({ organizationId }: Principal, key: string) =>
      integrations.readIntegration(ports, organizationId, key),
    update: (
      { organizationId }: Principal,
      key: string,
      patch: unknown,
      how: { readonly reconnect: boolean },
    ) => integrations.updateIntegration(ports, organizationId, key, patch, how),
    delete: ({ organizationId }: Principal, key: string, how: { readonly cascade: boolean }) =>
      integrations.deleteIntegration(ports, organizationId, key, how),
  }
}

function oauthClientCalls(ports: DefinitionPorts) {
  return {
    create: ({ organizationId }: Principal, input: unknown) =>
      oauthClients.createOAuthClient(ports, organizationId, input),
    list: ({ organizationId }: Principal, page: PageRequest) =>
      oauthClients.listOAuthClients(ports, organizationId, page),
    read: ({ organizationId }: Principal, key: string) =>
      oauthClients.readOAuthClient(ports, organizationId, key),
    update: (
      { organizationId }: Principal,
      key: string,
      patch: unknown,
      how: { readonly reconnect: boolean },
    ) => oauthClients.updateOAuthClient(ports, organizationId, key, patch, how),
    delete: ({ organizationId }: Principal, key: string) =>
      oauthClients.deleteOAuthClient(ports, organizationId, key),
  }
}

function accountCalls(ports: AccountPorts) {
  return {
    create: (owner: Principal, input: AccountInput) => accounts.createAccount(ports, owner, input),
    testInput: (owner: Principal, input: AccountInput) => accounts.testAccountInput(ports, owner, input),
    list: (owner: Principal, query: accounts.AccountQuery, page: PageRequest) =>
      accounts.listAccounts(ports, owner, query, page),
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

/** The browser's side of an authorization. */
function flowCalls(ports: AccountPorts) {
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

function webhookCalls(ports: webhooks.WebhookPorts) {
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

function environmentCalls(ports: environments.EnvironmentPorts) {
  return {
    create: ({ organizationId }: Principal, input: EnvironmentInput) =>
      environments.createEnvironment(ports, organizationId, input),
    list: ({ organizationId }: Principal, page: PageRequest) =>
      environments.listEnvironments(ports, organizationId, page),
    read: ({ organizationId }: Principal, key: string) =>
      environments.readEnvironment(ports, organizationId, key),
    update: ({ organizationId }: Principal, key: string, patch: EnvironmentPatch) =>
      environments.updateEnvironment(ports, organizationId, key, patch),
    delete: ({ organizationId }: Principal, key: string) =>
      environments.deleteEnvironment(ports, organizationId, key),
  }
}

function keyCalls(ports: keys.KeyPorts) {
  return {
    create: (principal: Principal, input: ApiKeyInput) => keys.createKey(ports, principal, input),
    list: (principal: Principal, page: PageRequest) => keys.listKeys(ports, principal, page),
    read: (principal: Principal, id: string) => keys.readKey(ports, principal, id),
    revoke: (principal: Principal, id: string) => keys.revokeKey(ports, principal, id),
  }
}
