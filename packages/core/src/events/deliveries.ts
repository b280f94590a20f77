import { parseUrl } from '../destination/url.ts'
import type { CredentialReply } from '../egress/credential-reply.ts'
import type { CredentialRequest } from '../egress/credential-request.ts'
import { SallyportError, traceOf } from '../error.ts'
import { OrderedIds } from '../ordered-id.ts'
import type { Clock, DeliveryRecord, Log, Random, Store, WebhookRecord } from '../ports.ts'
import { parseRetryAfter } from '../retry-after.ts'
import type { Vault } from '../vault/vault.ts'
import type { DeliveryOutcome } from '../webhook-ports.ts'
import { nextAttempt } from './next-attempt.ts'
import { openSigningSecrets, signedHeaders } from './signing-secrets.ts'
import { failuresOfFailing } from './webhook-view.ts'

export interface DeliveryPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly send: (request: CredentialRequest) => Promise<CredentialReply>
}

/** How long an event is tried to be delivered. */
export const keptTrying = 3 * 86_400_000
/** How long a process may keep what it took before another may take it. */
const claimed = 120_000
const mostAtOnce = 100
const afterAnotherFailed = 5_000
const timeouts = { connectMilliseconds: 5_000, firstByteMilliseconds: 15_000, totalMilliseconds: 20_000 }

/** What came of one attempt. */
type Answer = Pick<DeliveryOutcome, 'responseStatus' | 'error' | 'gone'> & {
  readonly retryAfterSeconds: number
}

/**
 * Sends events to webhooks: stored before they are sent, sent until they are taken, for three days at most. Each
 * webhook has a lane of its own, so that one that is slow keeps no other waiting, and gets one request at a time.
 */
export class Deliveries {
  readonly #ports: DeliveryPorts
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #ids: OrderedIds

  constructor(ports: DeliveryPorts) {
    this.#ports = ports
    this.#ids = new OrderedIds(ports)
  }

  /** Sends what is due, and comes back when all that is under way has ended. */
  async runDue(): Promise<void> {
    const { store, clock } = this.#ports
    const until = clock.now() + claimed
    const how = { limit: mostAtOnce, except: [...this.#lanes.keys()] }
    const due = await store.deliveries.claimDue(clock.now(), until, how)
    for (const webhookId of new Set(due.map((delivery) => delivery.webhookId))) {
      const deliveries = due.filter((delivery) => delivery.webhookId === webhookId)
      const before = this.#lanes.get(webhookId) ?? Promise.resolve()
      const lane = before
        .then(() => this.#deliver(deliveries))
        .catch((cause: unknown) =>
          this.#ports.log.error({ cause: traceOf(cause) }, 'deliveries not recorded'),
        )
        .finally(() => {
          if (this.#lanes.get(webhookId) === lane) this.#lanes.delete(webhookId)
        })
      this.#lanes.set(webhookId, lane)
    }
    await this.settled()
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#lanes.values())
  }

  /** One attempt with an event that says nothing; how it ended. */
  async test(webhook: WebhookRecord): Promise<DeliveryRecord> {
    const { store, clock } = this.#ports
    const { organizationId, id: webhookId } = webhook
    const [now, eventId] = [clock.now(), this.#ids.next('evt')]
    const event = { id: eventId, type: 'webhook.test', at: new Date(now).toISOString(), data: {} }
    const delivery: DeliveryRecord = {
      organizationId,
      id: this.#ids.next('dlv'),
      webhookId,
      eventId,
      type: event.type,
      body: JSON.stringify(event),
      state: 'pending',
      attempts: 0,
      responseStatus: undefined,
      lastError: undefined,
      lastAttemptAt: undefined,
      dueAt: now + claimed,
      createdAt: now,
      // At once or not at all.
      expiresAt: now,
    }
    await store.deliveries.create(delivery)
    await this.#attempt(webhook, delivery)
    return (await store.deliveries.get(organizationId, webhookId, delivery.id)) ?? delivery
  }

  /** Of one webhook, oldest first: what follows one that is not taken waits as well. */
  async #deliver(deliveries: readonly DeliveryRecord[]): Promise<void> {
    const { store, clock } = this.#ports
    for (const [index, delivery] of deliveries.entries()) {
      // Whoever is late leaves the rest to who may take it next.
      if (clock.now() > delivery.dueAt - timeouts.totalMilliseconds) return
      const webhook = await store.webhooks.get(delivery.organizationId, delivery.webhookId)
      // Gone or disabled meanwhile.
      if (!webhook || webhook.disabled) return
      if (await this.#attempt(webhook, delivery)) continue
      const later = clock.now() + afterAnotherFailed
      for (const waiting of deliveries.slice(index + 1)) await store.deliveries.postpone(waiting, later)
      return
    }
  }

  async #attempt(webhook: WebhookRecord, delivery: DeliveryRecord): Promise<boolean> {
    const { store, clock, random, log } = this.#ports
    const { retryAfterSeconds, ...answer } = await this.#send(webhook, delivery)
    const at = clock.now()
    const dueAt = nextAttempt(random, { attempts: delivery.attempts + 1, now: at, retryAfterSeconds })
    const isTaken = answer.error === undefined
    const isLast = answer.gone || dueAt >= delivery.expiresAt
    const state = isTaken ? 'delivered' : isLast ? 'failed' : 'pending'
    await store.deliveries.record(delivery, { ...answer, state, at, dueAt })
    const fields = { webhook: webhook.id, delivery: delivery.id, type: delivery.type, reason: answer.error }
    if (isTaken) log.info(fields, 'event delivered')
    else log.warn(fields, 'event not delivered')
    if (answer.gone) log.warn(fields, 'webhook disabled: its receiver wants no more')
    else if (!isTaken && webhook.failures + 1 === failuresOfFailing) log.warn(fields, 'webhook failing')
    return isTaken
  }

  async #send(webhook: WebhookRecord, { eventId, body }: DeliveryRecord): Promise<Answer> {
    const { vault, clock, send } = this.#ports
    const now = clock.now()
    try {
      const url = parseUrl(webhook.url)
      if (!url) throw new SallyportError('internal', { detail: 'a stored address that does not parse' })
      const message = { id: eventId, timestampSeconds: Math.floor(now / 1000), body }
      const signed = signedHeaders(await openSigningSecrets(vault, webhook), message, now)
      const headers = { ...signed, 'content-type': 'application/json' }
      const reply = await send({ url, method: 'POST', headers, body, timeouts, reply: 'status' })
      return answered(reply, now)
    } catch (cause) {
      const error = cause instanceof SallyportError ? cause.code : 'internal'
      return { responseStatus: undefined, error, gone: false, retryAfterSeconds: 0 }
    }
  }
}

/** 410 says that nobody is there any more (Standard Webhooks); every other refusal may pass. */
function answered({ status, headers }: CredentialReply, now: number): Answer {
  const isTaken = status >= 200 && status < 300
  return {
    responseStatus: status,
    error: isTaken ? undefined : `status_${status}`,
    gone: status === 410,
    retryAfterSeconds: parseRetryAfter(headers['retry-after'], now) ?? 0,
  }
}
