import { createHash, createHmac } from 'node:crypto'
import type {
  AccountRecord,
  AccountState,
  ApiKeyRecord,
  AppRecord,
  AuditKeys,
  DataKeyRecord,
  EnvironmentRecord,
  FlowRecord,
  IntegrationRecord,
  OAuthClientRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  PersonRecord,
  ProfileRecord,
  SessionRecord,
  Store,
} from '@sallyport/core/ports'

export const now = 1_800_000_000_000

/** An organization with two environments and one integration, `int_1`. */
export async function addOrganization(store: Store, organizationId: string): Promise<void> {
  const environments = ['development', 'Production'].map((key) => environment(organizationId, { key }))
  await store.organizations.create(organization(organizationId), dataKeys(organizationId), environments)
  await store.integrations.create(integration(organizationId))
}

/** `org_a` is the operator's. */
export function organization(id: string, change: Partial<OrganizationRecord> = {}): OrganizationRecord {
  const operator = id === 'org_a'
  return { id, name: `The ${id}`, operator, suspendedAt: undefined, createdAt: now, ...change }
}

export function dataKey(organizationId: string, change: Partial<DataKeyRecord> = {}): DataKeyRecord {
  return {
    id: 'dek_1',
    organizationId,
    state: 'active',
    wrapped: Buffer.from([0, 255, 1]),
    createdAt: now,
    ...change,
  }
}

/** With that of the audit. */
export function dataKeys(organizationId: string): DataKeyRecord[] {
  return [dataKey(organizationId), dataKey(organizationId, { id: 'dek_a', state: 'audit' })]
}

/** In place of core's, which the store knows nothing of. */
export const auditKeys: AuditKeys = {
  of: () => (entry, previousHash) => {
    const content = [previousHash, ...Object.values(entry)].map((value) => JSON.stringify(value))
    const hash = createHash('sha256').update(content.join()).digest('base64')
    return { hash, mac: createHmac('sha256', 'key').update(hash).digest('base64') }
  },
}

export function environment(
  organizationId: string,
  change: Partial<EnvironmentRecord> = {},
): EnvironmentRecord {
  return {
    organizationId,
    key: 'staging',
    name: 'A name',
    returnUrls: ['https://a.test/b'],
    createdAt: now,
    ...change,
  }
}

export function integration(
  organizationId: string,
  change: Partial<IntegrationRecord> = {},
): IntegrationRecord {
  return {
    organizationId,
    id: 'int_1',
    key: 'Acme',
    name: 'Acme ✓',
    definition: '{"auth":{"type":"api_token"}}',
    secrets: Buffer.from([1, 2, 3]),
    secretsSet: ['/auth/clientSecret'],
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

/** A client that integrations may share, `ocl_1`. */
export function oauthClient(
  organizationId: string,
  change: Partial<OAuthClientRecord> = {},
): OAuthClientRecord {
  const { oauthClient: _, ...record } = integration(organizationId)
  return { ...record, id: 'ocl_1', key: 'Shared', name: 'Shared ✓', ...change }
}

export const connected: AccountState = {
  status: 'connected',
  reason: undefined,
  reasonDetail: undefined,
  credential: Buffer.from('sealed'),
  secretsSet: ['/secret/token'],
  generation: 1,
  issuedAt: now,
  expiresAt: now + 3_600_000,
  renewable: true,
  scopes: ['read', 'write'],
  kept: { instance: 'https://one.example.com' },
  refreshExpiresAt: 1_900_000_000_000,
  dueAt: now + 1_800_000,
  revocation: 'pending' as const,
  connectedAt: now,
  exportedAt: undefined,
  differences: undefined,
}

export const pending: AccountState = {
  status: 'pending',
  reason: undefined,
  reasonDetail: undefined,
  credential: undefined,
  secretsSet: [],
  generation: 0,
  issuedAt: undefined,
  expiresAt: undefined,
  renewable: false,
  scopes: [],
  kept: {},
  refreshExpiresAt: undefined,
  dueAt: undefined,
  revocation: undefined,
  connectedAt: undefined,
  exportedAt: undefined,
  differences: undefined,
}

export function account(organizationId: string, change: Partial<AccountRecord> = {}): AccountRecord {
  return {
    organizationId,
    environment: 'development',
    id: 'acc_1',
    integrationId: 'int_1',
    name: 'First account',
    disabled: false,
    parameters: { region: 'eu' },
    tags: {},
    ...connected,
    version: 1,
    statusSince: now,
    createdBy: { kind: 'person', id: 'usr_1' },
    lastUsedAt: undefined,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

export function flow(organizationId: string, change: Partial<FlowRecord> = {}): FlowRecord {
  return {
    organizationId,
    environment: 'development',
    id: 'flw_1',
    accountId: 'acc_1',
    integrationId: 'int_1',
    callbackId: 'cb_1',
    startHash: 'start-1',
    stateHash: undefined,
    browserHash: undefined,
    resultHash: undefined,
    sealed: undefined,
    confirm: true,
    returnUrl: undefined,
    redirectUri: 'https://sallyport.test/callback/cb_1',
    state: 'created',
    failure: undefined,
    failureDetail: undefined,
    createdAt: now,
    expiresAt: now + 600_000,
    ...change,
  }
}

export function apiKey(organizationId: string, change: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    organizationId,
    id: 'key_1',
    lookup: 'lookup-1',
    digest: Buffer.alloc(32, 200),
    name: 'A key',
    scopes: ['proxy:call', 'accounts:read'],
    accounts: undefined,
    environment: undefined,
    profile: undefined,
    tags: undefined,
    addresses: undefined,
    previous: undefined,
    lastUsedAt: undefined,
    createdAt: now,
    expiresAt: now + 86_400_000,
    ...change,
  }
}

/** An app, `app_1`, with one adapter. */
export function app(organizationId: string, change: Partial<AppRecord> = {}): AppRecord {
  return {
    organizationId,
    id: 'app_1',
    key: 'Shop',
    name: 'The shop ✓',
    adapters: [{ name: 'Crm', integrationId: 'int_1', integration: 'Acme', description: 'Customers' }],
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

/** One of its profiles, of the environment `development`. */
export function profile(organizationId: string, change: Partial<ProfileRecord> = {}): ProfileRecord {
  return {
    organizationId,
    appId: 'app_1',
    name: 'Dev',
    environment: 'development',
    settings: {},
    bindings: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...change,
  }
}

/** A page that holds all that a test wrote. */
export const all: PageRequest = { limit: 100, after: undefined }

/** Ids of all pages of a list. */
export async function pages<Item extends { readonly id: string }>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
): Promise<string[][]> {
  const found: string[][] = []
  let after: string | undefined
  do {
    const page = await read({ limit, after })
    found.push(page.items.map(({ id }) => id))
    after = page.nextCursor
  } while (after !== undefined)
  return found
}

/** Somebody, `usr_1`. */
export function person(organizationId: string, change: Partial<PersonRecord> = {}): PersonRecord {
  return {
    organizationId,
    id: 'usr_1',
    email: 'Ada@Example.com',
    name: 'Ada ✓',
    role: 'owner',
    passwordHash: '$argon2id$…',
    totp: undefined,
    disabled: false,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: undefined,
    version: 1,
    ...change,
  }
}

/** A browser of `usr_1`'s. */
export function session(organizationId: string, change: Partial<SessionRecord> = {}): SessionRecord {
  return {
    organizationId,
    id: 'ses_1',
    digest: Buffer.from('digest'),
    personId: 'usr_1',
    method: 'password',
    identityProviderId: undefined,
    createdAt: now,
    authenticatedAt: now,
    seenAt: now,
    address: undefined,
    userAgent: undefined,
    ...change,
  }
}
