import type { WebhookEventType } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

/** An address that is told of events. */
export interface WebhookRecord {
  readonly organizationId: string
  readonly id: string
  readonly url: string
  /** Undefined for all that happens to accounts. */
  readonly events: readonly WebhookEventType[] | undefined
  readonly description: string | undefined
  readonly disabled: boolean
  /** Why we disabled it ourselves, as a code. */
  readonly disabledReason: string | undefined
  /** The signing secrets, sealed together. */
  readonly secrets: Buffer
  /** Attempts that failed since the last that did not. */
  readonly failures: number
  readonly failingSince: number | undefined
  readonly lastError: string | undefined
  readonly lastDeliveredAt: number | undefined
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

export type DeliveryState = 'pending' | 'delivered' | 'failed'

/** One event on its way to one webhook. */
export interface DeliveryRecord {
  readonly organizationId: string
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly type: string
  /** What is sent, letter by letter. */
  readonly body: string
  readonly state: DeliveryState
  readonly attempts: number
  /** What the last attempt was answered. */
  readonly responseStatus: number | undefined
  readonly lastError: string | undefined
  readonly lastAttemptAt: number | undefined
  readonly dueAt: number
  readonly createdAt: number
  /** When it is given up. */
  readonly expiresAt: number
}

/** How an attempt ended, for its delivery and for its webhook. */
export interface DeliveryOutcome {
  readonly state: DeliveryState
  readonly at: number
  readonly responseStatus: number | undefined
  /** Undefined when it was taken. */
  readonly error: string | undefined
  readonly dueAt: number
  /** The receiver wants no more: the webhook is disabled. */
  readonly gone: boolean
}

export interface WebhookStores {
  webhooks: {
    create(webhook: WebhookRecord): Promise<void>
    get(organizationId: string, id: string): Promise<WebhookRecord | undefined>
    list(organizationId: string, page: PageRequest): Promise<Page<WebhookRecord>>
    /** If the row is still at `version - 1`; all but how deliveries went. */
    update(webhook: WebhookRecord): Promise<boolean>
    /** With its deliveries. */
    delete(organizationId: string, id: string): Promise<boolean>
  }
  deliveries: {
    create(delivery: DeliveryRecord): Promise<void>
    get(organizationId: string, webhookId: string, id: string): Promise<DeliveryRecord | undefined>
    /** Newest first. */
    list(organizationId: string, webhookId: string, page: PageRequest): Promise<Page<DeliveryRecord>>
    /** Pending once more, from now on. */
    replay(delivery: DeliveryRecord): Promise<void>
    /**
     * Of all organizations, and of webhooks that are not disabled: takes what is due, oldest first, and makes it due
     * again only at `until`, should nobody finish it. None of the webhooks in `except`.
     */
    claimDue(
      now: number,
      until: number,
      how: { readonly limit: number; readonly except: readonly string[] },
    ): Promise<readonly DeliveryRecord[]>
    /** Due later, untried. */
    postpone(delivery: DeliveryRecord, dueAt: number): Promise<void>
    /** Writes down an attempt, at the delivery and at its webhook. */
    record(delivery: DeliveryRecord, outcome: DeliveryOutcome): Promise<void>
    /** Of all organizations: takes away those made before. */
    prune(before: number): Promise<void>
  }
}
