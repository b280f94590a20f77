import { type EndpointName, exportFormat } from '@sallyport/contract'
import { expect } from 'vitest'
import { keyed } from './endpoints/rest.suite.ts'
import type { TestReply } from './sallyport.suite.ts'

type Fields = Readonly<Record<string, unknown>>

/** A request to an endpoint, and whatever it names made before. */
export interface Sample {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
}

export type Ask = (method: string, path: string, body?: unknown) => Promise<TestReply>

let count = 0

/** A name that nothing else has. */
function fresh(name: string): string {
  count += 1
  return `${name}${count}`
}

/** Makes what requests are about in one organization, and remembers by which names and ids it is found. */
export class Things {
  readonly made = new Set<string>()
  readonly organizationId: string
  readonly #ask: Ask
  readonly #origin: string

  constructor(ask: Ask, { organizationId, origin }: { organizationId: string; origin: string }) {
    this.#ask = ask
    this.#origin = origin
    this.organizationId = organizationId
  }

  organization(): string {
    this.made.add(this.organizationId)
    return this.organizationId
  }

  definition(): Fields {
    return { key: fresh('api'), name: 'API', ...keyed(this.#origin) }
  }

  integration = () => this.#make('/v1/integrations', this.definition(), 'key')
  environment = () => this.#make('/v1/environments', { key: fresh('place'), name: 'Place' }, 'key')
  app = () => this.#make('/v1/apps', { key: fresh('app'), name: 'App' }, 'key')
  appWithAdapter = async () => {
    const adapters = [{ name: 'crm', integration: await this.integration() }]
    return this.#make('/v1/apps', { key: fresh('app'), name: 'App', adapters }, 'key')
  }
  operation = () => this.#make('/v1/operations', this.operationInput(), 'key')
  webhook = () => this.#make('/v1/webhooks', { url: `${this.#origin}/hook` }, 'id')
  key = () => this.#make('/v1/keys', { name: 'Key', scopes: ['proxy:call'] }, 'id')
  role = () => this.#make('/v1/roles', { key: fresh('role'), name: 'Role', base: 'auditor' }, 'key')
  identityProvider = () => this.#make('/v1/identity-providers', this.provider(), 'key')

  operationInput(): Fields {
    const steps = [{ name: 'nothing', kind: 'return', value: null }]
    return { key: fresh('operation'), name: 'Operation', steps }
  }

  /** Of an API with one operation. */
  apiDocument(): Fields {
    return { openapi: '3.1.0', info: { title: 'API', version: '1' }, paths: { '/things': { get: {} } } }
  }

  prefix = () => fresh('imported')

  client(): Fields {
    const urls = { authorizationUrl: `${this.#origin}/authorize`, tokenUrl: `${this.#origin}/token` }
    const client = { clientId: 'client', clientSecret: 'client-secret' }
    return { key: fresh('client'), name: 'Client', hosts: ['127.0.0.1'], ...urls, ...client }
  }

  oauthClient = () => this.#make('/v1/oauth-clients', this.client(), 'key')

  provider(): Fields {
    return { key: fresh('idp'), name: 'IdP', issuer: 'https://idp.example', clientId: 'client' }
  }

  invitation(): Promise<string> {
    return this.#make('/v1/invitations', this.invited(), 'id')
  }

  invited(): Fields {
    return { email: `${fresh('ann')}@example.com`, role: 'auditor' }
  }

  recipient = () => this.#make('/v1/import/recipients', undefined, 'id')

  async revocation(): Promise<string> {
    return this.#make('/v1/revocations', { integration: await this.integration() }, 'id')
  }

  async accountInput(): Promise<Fields> {
    return { integration: await this.integration(), name: 'Account', secret: { token: 'key' } }
  }

  async account(): Promise<string> {
    return this.#make('/v1/accounts', await this.accountInput(), 'id')
  }

  async connectLinkInput(): Promise<Fields> {
    const { integration, ...input } = await this.accountInput()
    const account = await this.#make('/v1/accounts', { integration, ...input }, 'id')
    // Whoever may make links sees it.
    this.made.delete(String(integration))
    return { integration, account }
  }

  async delivery(): Promise<{ id: string; delivery: string }> {
    const id = await this.webhook()
    return { id, delivery: await this.#make(`/v1/webhooks/${id}/test`, undefined, 'id') }
  }

  /** The latest, or a first one: of several at a time there is one. */
  async rotation(): Promise<string> {
    const path = '/v1/encryption/rotations'
    const [latest] = (await this.#ask('GET', path)).body.items
    if (!latest) return this.#make(path, {}, 'id')
    this.made.add(latest.id)
    return latest.id
  }

  async #make(path: string, body: unknown, name: 'id' | 'key'): Promise<string> {
    const reply = await this.#ask('POST', path, body)
    expect([201, 202], `${path}: ${reply.text}`).toContain(reply.status)
    this.made.add(reply.body[name])
    return reply.body[name]
  }
}

/** A public key of age's, to which nobody has the private one. */
const recipient = 'age14ku3hddrwes7yy9psuydnndfhw5fa0uhsc257t6g6pt88pe22uaqrj65wt'

const nothing = async (): Promise<Sample> => ({})
const account = async (it: Things): Promise<Sample> => ({ params: { id: await it.account() } })
const webhook = async (it: Things): Promise<Sample> => ({ params: { id: await it.webhook() } })
const integration = async (it: Things): Promise<Sample> => ({ params: { key: await it.integration() } })
const client = async (it: Things): Promise<Sample> => ({ params: { key: await it.oauthClient() } })
const environment = async (it: Things): Promise<Sample> => ({ params: { key: await it.environment() } })
const app = async (it: Things): Promise<Sample> => ({ params: { key: await it.app() } })
const adapter = async (it: Things): Promise<Sample> => ({
  params: { key: await it.appWithAdapter(), adapter: 'crm' },
})
const profile = async (it: Things): Promise<Sample> => ({ params: { key: await it.app(), profile: 'qa' } })
const operation = async (it: Things): Promise<Sample> => ({ params: { key: await it.operation() } })
const key = async (it: Things): Promise<Sample> => ({ params: { id: await it.key() } })
const role = async (it: Things): Promise<Sample> => ({ params: { key: await it.role() } })
const provider = async (it: Things): Promise<Sample> => ({ params: { key: await it.identityProvider() } })
const revocation = async (it: Things): Promise<Sample> => ({ params: { id: await it.revocation() } })
const organization = async (it: Things): Promise<Sample> => ({ params: { id: it.organization() } })
const absentPerson = async (): Promise<Sample> => ({ params: { id: 'usr_0absent' } })

const having =
  (sample: (it: Things) => Promise<Sample>, rest: Sample) =>
  async (it: Things): Promise<Sample> => ({ ...(await sample(it)), ...rest })

/** One for each row of the table of endpoints: the compiler names what is missing. */
export const samples: Readonly<Record<EndpointName, (it: Things) => Promise<Sample>>> = {
  createIntegration: async (it) => ({ body: it.definition() }),
  previewIntegration: async (it) => ({ body: { definition: it.definition() } }),
  listIntegrations: nothing,
  getIntegration: integration,
  updateIntegration: having(integration, { body: { name: 'Other' } }),
  deleteIntegration: integration,
  createOAuthClient: async (it) => ({ body: it.client() }),
  listOAuthClients: nothing,
  getOAuthClient: client,
  updateOAuthClient: having(client, { body: { name: 'Other' } }),
  deleteOAuthClient: client,
  listProviders: async () => ({ query: '?q=google' }),
  getProvider: async () => ({ params: { id: 'google' } }),
  listProviderOperations: async () => ({ params: { id: 'google' }, query: '?limit=2' }),
  createAccount: async (it) => ({ body: await it.accountInput() }),
  testAccountInput: async (it) => ({ body: await it.accountInput() }),
  listAccounts: async (it) => ({ query: `?integration=${await it.integration()}` }),
  countAccounts: nothing,
  countRenewals: nothing,
  accountForm: integration,
  getAccount: account,
  updateAccount: having(account, { body: { name: 'Other' } }),
  deleteAccount: account,
  disconnectAccount: account,
  listTraces: account,
  diagnoseAccount: account,
  authorizeAccount: having(account, { body: {} }),
  confirmAccount: having(account, { body: { result: 'x'.repeat(43) } }),
  renewAccount: account,
  testAccount: having(account, { body: {} }),
  accountToken: having(account, { body: {} }),
  createConnectLink: async (it) => ({ body: await it.connectLinkInput() }),
  createRevocation: async (it) => ({ body: { integration: await it.integration() } }),
  listRevocations: nothing,
  getRevocation: revocation,
  listRevokedAccounts: revocation,
  retryRevocation: revocation,
  listEvents: async (it) => ({ query: `?account=${await it.account()}` }),
  listAudit: async (it) => ({ query: `?target=${await it.account()}` }),
  listAuditCheckpoints: async () => ({}),
  verifyAudit: async () => ({ body: {} }),
  exportAudit: async () => ({}),
  createWebhook: async () => ({ body: { url: 'https://hooks.example.com/' } }),
  listWebhooks: nothing,
  getWebhook: webhook,
  updateWebhook: having(webhook, { body: { description: 'Other' } }),
  deleteWebhook: webhook,
  rotateWebhook: webhook,
  testWebhook: webhook,
  listDeliveries: webhook,
  replayDelivery: async (it) => ({ params: await it.delivery() }),
  createEnvironment: async () => ({ body: { key: fresh('place'), name: 'Place' } }),
  listEnvironments: nothing,
  getEnvironment: environment,
  updateEnvironment: having(environment, { body: { name: 'Other' } }),
  deleteEnvironment: environment,
  createApp: async () => ({ body: { key: fresh('app'), name: 'App' } }),
  listApps: nothing,
  getApp: app,
  updateApp: having(app, { body: { name: 'Other' } }),
  deleteApp: app,
  renameAdapter: having(adapter, { body: { to: 'other' } }),
  listProfiles: app,
  getProfile: profile,
  putProfile: having(profile, { body: { environment: 'qa', bindings: {} } }),
  deleteProfile: profile,
  renameProfile: having(profile, { body: { to: 'other' } }),
  copyProfile: having(profile, { body: { to: 'copy' } }),
  promoteProfile: having(profile, { body: { to: 'prod' } }),
  diffProfiles: having(profile, { query: '?with=prod' }),
  createOperation: async (it) => ({ body: it.operationInput() }),
  createProviderOperations: async () => ({ params: { id: 'google' }, body: { operations: ['listFiles'] } }),
  listOperations: nothing,
  getOperation: operation,
  updateOperation: having(operation, { body: { name: 'Other' } }),
  deleteOperation: operation,
  importOperations: async (it) => ({ body: { document: it.apiDocument(), prefix: it.prefix() } }),
  runUnsavedOperation: async (it) => ({ body: { operation: it.operationInput() } }),
  runOperation: having(operation, { body: {} }),
  readOperationInput: having(operation, { body: {} }),
  createKey: async (it) => ({
    body: { name: 'Key', scopes: ['accounts:read'], accounts: [await it.account()] },
  }),
  listKeys: nothing,
  getKey: key,
  revokeKey: key,
  updateKey: having(key, { body: { name: 'Other' } }),
  rotateKey: having(key, { body: {} }),
  endPreviousSecret: key,
  listUsers: nothing,
  getOwnUser: nothing,
  updateOwnUser: async () => ({ body: { name: 'Other' } }),
  changeOwnPassword: async () => ({ body: { current: 'not the present one', password: 'another one' } }),
  listOwnSessions: nothing,
  endOwnSession: async () => ({ params: { id: 'ses_0absent' } }),
  endOtherSessions: nothing,
  offerAuthenticator: nothing,
  setUpAuthenticator: async () => ({ body: { enrolment: 'none', code: '000000' } }),
  removeAuthenticator: nothing,
  replaceRecoveryCodes: nothing,
  getUser: absentPerson,
  updateUser: having(absentPerson, { body: { name: 'Other' } }),
  deleteUser: absentPerson,
  createInvitation: async (it) => ({ body: it.invited() }),
  listInvitations: nothing,
  deleteInvitation: async (it) => ({ params: { id: await it.invitation() } }),
  createRole: async () => ({ body: { key: fresh('role'), name: 'Role', base: 'auditor' } }),
  listRoles: nothing,
  getRole: role,
  updateRole: having(role, { body: { name: 'Other' } }),
  deleteRole: role,
  createIdentityProvider: async (it) => ({ body: it.provider() }),
  listIdentityProviders: nothing,
  getIdentityProvider: provider,
  updateIdentityProvider: having(provider, { body: { name: 'Other' } }),
  deleteIdentityProvider: provider,
  exportDefinitions: nothing,
  exportSealed: async () => ({ body: { recipient } }),
  thawAccount: account,
  createImportRecipient: nothing,
  listImportRecipients: nothing,
  deleteImportRecipient: async (it) => ({ params: { id: await it.recipient() } }),
  importDefinitions: async (it) => ({
    body: { format: exportFormat, integrations: [it.definition()], environments: [] },
  }),
  createOrganization: async () => ({ body: { name: 'Another' } }),
  listOrganizations: nothing,
  getOrganization: organization,
  updateOrganization: having(organization, { body: { name: 'Other' } }),
  deleteOrganization: organization,
  getEncryption: nothing,
  startRotation: having(nothing, { body: {} }),
  listRotations: nothing,
  getOuterKeys: nothing,
  startRewrap: nothing,
  getRotation: async (it) => ({ params: { id: await it.rotation() } }),
}

/** Rows of which a key has no subject in its own organization: people, which keys are not. */
export const withoutSubject: ReadonlySet<string> = new Set([
  'getOwnUser',
  'updateOwnUser',
  'changeOwnPassword',
  'listOwnSessions',
  'endOwnSession',
  'endOtherSessions',
  'offerAuthenticator',
  'setUpAuthenticator',
  'removeAuthenticator',
  'replaceRecoveryCodes',
  'getUser',
  'updateUser',
  'deleteUser',
])
