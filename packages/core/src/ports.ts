import type { ConnectPage, EventType, TraceKind } from '@sallyport/contract'
import type { AccountFilter, AccountStore } from './account-ports.ts'
import type { ApiKeyRecord, ApiKeyStore } from './api-key-ports.ts'
import type { AppStore } from './app-ports.ts'
import type { AuditStores } from './audit-ports.ts'
import type { CallEventStore } from './call-event-ports.ts'
import type { ConnectLinkStore } from './connect-link-ports.ts'
import type {
  DefinitionRecord,
  IntegrationRecord,
  OAuthClientRecord,
  OAuthClientStore,
} from './definition-ports.ts'
import type { DevicePollRecord, FlowRecord, FlowStore } from './flow-ports.ts'
import type { InstanceStore } from './instance-ports.ts'
import type { DataKeyRecord, DataKeyStore } from './key-ports.ts'
import type { OperationStore } from './operation-ports.ts'
import type { OrganizationRecord, OrganizationStores } from './organization-ports.ts'
import type { PersonStores } from './person-ports.ts'
import type { RenewalIntentStore } from './renewal-ports.ts'
import type { RevocationRunStore, RevocationStore } from './revocation-ports.ts'
import type { RoleStores } from './role-ports.ts'
import type { RotationStores } from './rotation-ports.ts'
import type { ScheduleStore } from './schedule-ports.ts'
import type { SignOnStores } from './sign-on-ports.ts'
import type { ImportRecipientStore } from './transfer-ports.ts'
import type { DeliveryRecord, DeliveryState, WebhookRecord, WebhookStores } from './webhook-ports.ts'

export type { AccountEvent, Standing } from './account-events.ts'
export { accountEvents, ended, eventView } from './account-events.ts'
export type {
  AccountCreator,
  AccountFilter,
  AccountKey,
  AccountOrder,
  AccountPosition,
  AccountRecord,
  AccountState,
  AccountStore,
  Changed,
  Differences,
  RevocationState,
} from './account-ports.ts'
export type { ApiKeyRecord, ApiKeyStore } from './api-key-ports.ts'
export type { AdapterRecord, AppRecord, AppStore, ProfileRecord, Used } from './app-ports.ts'
export type {
  AuditActor,
  AuditChange,
  AuditCheckpoint,
  AuditEntry,
  AuditFilter,
  AuditHead,
  AuditKeys,
  AuditProgress,
  AuditRecord,
  AuditSink,
  AuditWebhook,
  ChainAudit,
  ChainedAudit,
  StoredAudit,
} from './audit-ports.ts'
export type {
  CallBatch,
  CallEventFilter,
  CallEventRecord,
  CallEventStore,
  EventRetention,
} from './call-event-ports.ts'
export { batchSpanMilliseconds } from './call-event-ports.ts'
export type { ConnectLinkAim, ConnectLinkRecord, ConnectLinkStore } from './connect-link-ports.ts'
export type {
  InstanceMemory,
  InstanceRecord,
  InstanceSeen,
  InstanceStore,
  QuarantineCounts,
} from './instance-ports.ts'
export type { KeyCheckRecord, KeyCheckStore } from './key-ports.ts'
export type { Limiter } from './limiter-ports.ts'
export type { BreakerNews, News, Outcome } from './news.ts'
export type { OperationRecord, OperationStore } from './operation-ports.ts'
export { OrderedIds, orderedIdAt, timeOfId } from './ordered-id.ts'
export type { PersonRecord, SessionRecord, ThrottleRecord } from './person-ports.ts'
export type {
  Journal,
  JournalEntry,
  RenewalIntentRecord,
  RenewalIntentStore,
  RenewalKey,
  RenewalLease,
  RenewalOrphanRecord,
  RenewalStep,
} from './renewal-ports.ts'
export { nextSteps } from './renewal-ports.ts'
export type {
  RevocationCounts,
  RevocationLane,
  RevocationRecord,
  RevocationRunRecord,
  RevocationRunStore,
  RevocationSelection,
  RevocationStore,
  RevokedAccountChange,
  RevokedAccountRecord,
} from './revocation-ports.ts'
export type { InvitationRecord, RoleRecord } from './role-ports.ts'
export type { KeyRotationRecord, RotationStep, SealedValue } from './rotation-ports.ts'
export type { DueAccountRecord, LaneRecord, RateRequest, ScheduleStore } from './schedule-ports.ts'
export type { AnySealedColumn, SealedRow } from './sealed-columns.ts'
export { allSealedColumns, unsealedBytes } from './sealed-columns.ts'
export type {
  IdentityProviderRecord,
  SignOnFlowRecord,
  SignOnPurpose,
  UserIdentityRecord,
} from './sign-on-ports.ts'
export type { ImportRecipientRecord, ImportRecipientStore } from './transfer-ports.ts'
export type {
  DataKeyRecord,
  DefinitionRecord,
  DeliveryRecord,
  DeliveryState,
  DevicePollRecord,
  FlowRecord,
  IntegrationRecord,
  OAuthClientRecord,
  OrganizationRecord,
  WebhookRecord,
  WebhookStores,
}

/** Wall clock: epoch milliseconds. */
export interface Clock {
  now(): number
}

/** Time that passes, whatever the wall clock is set to. */
export interface Timers {
  /** Milliseconds from some moment; stands still while the machine is suspended. */
  monotonic(): number
  /** Resolves after so long, or when `signal` says so; never fails. Keeps no process alive. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** Cryptographically secure randomness. */
export interface Random {
  bytes(count: number): Buffer
}

/** Structured log. Fields never hold secrets. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** A page of a list, oldest first, and where the next begins. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | undefined
}

export interface PageRequest {
  readonly limit: number
  /** Id of the last item of the page before. */
  readonly after: string | undefined
}

export interface EnvironmentRecord {
  readonly organizationId: string
  readonly key: string
  readonly name: string
  readonly returnUrls: readonly string[]
  /** How the page looks on which people connect accounts. */
  readonly connectPage?: ConnectPage
  readonly createdAt: number
}

/** What passed between us and a provider for one purpose; `data` is JSON without secrets. */
export interface TraceRecord {
  readonly organizationId: string
  readonly id: string
  readonly accountId: string
  readonly at: number
  readonly kind: TraceKind
  readonly ok: boolean
  readonly data: string
}

/** A change of an account's state. It outlives its account. */
export interface EventRecord {
  readonly organizationId: string
  readonly id: string
  readonly at: number
  readonly type: EventType
  readonly accountId: string
  /** Key of its integration, as it was. */
  readonly integration: string
  readonly environment: string
  /** JSON of how the account stood; without secrets. */
  readonly data: string
}

export interface EventFilter {
  readonly type?: EventType
  /** Only of these accounts. */
  readonly accountIds?: readonly string[]
  readonly environment?: string
  readonly integration?: string
  /** Ids from here on, and before there. */
  readonly from?: string
  readonly before?: string
  readonly order: 'newest' | 'oldest'
}

/** A client that registered itself at a provider (RFC 7591): good there, and nowhere else. */
export interface ClientRegistrationRecord {
  readonly organizationId: string
  /** The integration, or the OAuth client that many share. */
  readonly ownerId: string
  /** Its issuer and the addresses that its secret goes to. */
  readonly server: string
  readonly clientId: string
  /** What the provider said of it. */
  readonly sealed: Buffer
  readonly createdAt: number
  /** Since when another is used for new accounts; accounts of this one stay with it. */
  readonly supersededAt: number | undefined
}

export interface SetupRecord {
  readonly tokenDigest: Buffer
  readonly doneAt: number | undefined
}

/**
 * Where everything is kept. Each method is one transaction: it happens whole or not at all, and what it
 * returned is durable. A method that compares (`commitCredential`, `consumeFlow`…) returns false when it
 * lost. One that changes an account's state writes the events of `accountEvents`, and what webhooks are to be sent of
 * them, in the same transaction. Except for `setup`, keys and `flowBy…`, which find the organization, all is scoped by organization.
 */
export interface Store
  extends WebhookStores,
    PersonStores,
    AuditStores,
    RoleStores,
    SignOnStores,
    RotationStores,
    OrganizationStores {
  instance: InstanceStore
  dataKeys: DataKeyStore
  environments: {
    list(organizationId: string): Promise<readonly EnvironmentRecord[]>
    get(organizationId: string, key: string): Promise<EnvironmentRecord | undefined>
    /** False when the key is taken. */
    create(environment: EnvironmentRecord): Promise<boolean>
    update(environment: EnvironmentRecord): Promise<boolean>
    /** False when accounts live in it, or profiles or keys belong to it. */
    delete(organizationId: string, key: string): Promise<boolean>
  }
  integrations: {
    list(
      organizationId: string,
      page: PageRequest,
      filter?: { readonly oauthClientId?: string },
    ): Promise<Page<IntegrationRecord>>
    /** By key, without regard to case. */
    getByKey(organizationId: string, key: string): Promise<IntegrationRecord | undefined>
    get(organizationId: string, id: string): Promise<IntegrationRecord | undefined>
    /** False when the key is taken. With an OAuth client, only while that is still at its version. */
    create(integration: IntegrationRecord): Promise<boolean>
    /**
     * Replaces the row if it is still at `version - 1`, and its OAuth client at the version that came along. With `reconnect`, the credentials of its accounts
     * are destroyed and the accounts set `needs_reconnect` in the same transaction.
     */
    update(integration: IntegrationRecord, change: { readonly reconnect: boolean }): Promise<boolean>
    /** With its accounts, flows included. False while adapters of apps use it. */
    delete(organizationId: string, id: string): Promise<boolean>
  }
  oauthClients: OAuthClientStore
  accounts: AccountStore
  traces: {
    /** Of each account the latest hundred are kept; they go with it. */
    add(trace: TraceRecord): Promise<void>
    /** Newest first. */
    list(organizationId: string, accountId: string, page: PageRequest): Promise<Page<TraceRecord>>
    /** Renewals of these accounts in each of so many stretches from then on; stretches without any are left out. */
    countRenewals(
      organizationId: string,
      filter: AccountFilter,
      stretches: { readonly from: number; readonly milliseconds: number; readonly count: number },
    ): Promise<readonly { readonly index: number; readonly renewed: number; readonly failed: number }[]>
  }
  events: {
    list(organizationId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventRecord>>
    /** Of all organizations: takes away what happened before, and of each organization all but the latest. */
    prune(before: number, mostPerOrganization: number): Promise<void>
  }
  calls: CallEventStore
  renewalIntents: RenewalIntentStore
  schedule: ScheduleStore
  revocations: RevocationStore
  revocationRuns: RevocationRunStore
  /** Of all organizations: a job's work. */
  devicePolls: {
    get(organizationId: string, accountId: string): Promise<DevicePollRecord | undefined>
    /** In place of the one that the account has. */
    replace(poll: DevicePollRecord): Promise<void>
    /** Takes what is due, and makes it due again at `until` or after its interval, should nobody come back. */
    claimDue(now: number, until: number, limit: number): Promise<readonly DevicePollRecord[]>
    /** Its interval and when it is due, unless it has ended. */
    postpone(poll: DevicePollRecord): Promise<void>
    /** False when it has ended already, or another took its place. */
    end(poll: DevicePollRecord): Promise<boolean>
  }
  clientRegistrations: {
    /** Newest first, superseded ones too. */
    list(
      place: Pick<ClientRegistrationRecord, 'organizationId' | 'ownerId' | 'server'>,
    ): Promise<readonly ClientRegistrationRecord[]>
    /** Stores it, and supersedes the others at this server. */
    replace(registration: ClientRegistrationRecord): Promise<void>
    supersede(
      place: Pick<ClientRegistrationRecord, 'organizationId' | 'ownerId' | 'server'>,
      clientId: string,
      at: number,
    ): Promise<void>
  }
  importRecipients: ImportRecipientStore
  connectLinks: ConnectLinkStore
  flows: FlowStore
  apiKeys: ApiKeyStore
  apps: AppStore
  operations: OperationStore
  setup: {
    get(): Promise<SetupRecord | undefined>
    /** Sets the token while set-up is not done. */
    offer(tokenDigest: Buffer): Promise<void>
    /** Marks it done and stores the first key; false when it was done already. */
    complete(at: number, key: ApiKeyRecord | undefined): Promise<boolean>
  }
}
