import {
  auditEventTypes,
  type DeliveryReply,
  type Fault,
  type NewWebhookReply,
  type WebhookEventType,
  type WebhookInput,
  type WebhookPatch,
  type WebhookReply,
} from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { type DestinationPolicy, isBlockedLiteral, mayUsePlainHttp } from '../destination/policy.ts'
import { parseUrl } from '../destination/url.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { Clock, Page, PageRequest, Random, Store, WebhookRecord } from '../ports.ts'
import { type Principal, requireScope } from '../principal.ts'
import type { Vault } from '../vault/vault.ts'
import { type Deliveries, keptTrying } from './deliveries.ts'
import { newSigningSecret, openSigningSecrets, rotated, sealSigningSecrets } from './signing-secrets.ts'
import { deliveryView, webhookView } from './webhook-view.ts'

export interface WebhookPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly policy: DestinationPolicy
  readonly deliveries: Deliveries
}

/** @throws SallyportError input_invalid, scope_missing */
export async function createWebhook(
  ports: WebhookPorts,
  owner: Principal,
  input: WebhookInput,
): Promise<NewWebhookReply> {
  requireAll(owner)
  requireTold(owner, input.events)
  checkUrl(ports.policy, input.url)
  const now = ports.clock.now()
  const row = { organizationId: owner.organizationId, id: newId('whk', ports) }
  const secret = newSigningSecret(ports.random)
  const record: WebhookRecord = {
    ...row,
    url: input.url,
    events: input.events,
    description: input.description,
    disabled: input.disabled,
    disabledReason: undefined,
    secrets: await sealSigningSecrets(ports.vault, row, { current: secret, previous: undefined }),
    failures: 0,
    failingSince: undefined,
    lastError: undefined,
    lastDeliveredAt: undefined,
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  const deed = deedOn('created', record, changesBetween({}, fieldsOf(record), { secrets: ['/secret'] }))
  await recorded(ports.store, owner, deed, (store) => store.webhooks.create(record))
  return { ...webhookView(record), secret: secret.reveal() }
}

export async function listWebhooks(
  { store }: WebhookPorts,
  owner: Principal,
  page: PageRequest,
): Promise<Page<WebhookReply>> {
  requireAll(owner)
  const { items, nextCursor } = await store.webhooks.list(owner.organizationId, page)
  return { items: items.map(webhookView), nextCursor }
}

/** @throws SallyportError not_found */
export async function readWebhook(ports: WebhookPorts, owner: Principal, id: string): Promise<WebhookReply> {
  return webhookView(await webhookOf(ports, owner, id))
}

/** @throws SallyportError not_found, input_invalid, changed_meanwhile */
export async function updateWebhook(
  ports: WebhookPorts,
  owner: Principal,
  id: string,
  patch: WebhookPatch,
): Promise<WebhookReply> {
  const before = await webhookOf(ports, owner, id)
  if (patch.url !== undefined) checkUrl(ports.policy, patch.url)
  requireTold(owner, patch.url === undefined ? (patch.events ?? []) : (patch.events ?? before.events))
  const disabled = patch.disabled ?? before.disabled
  const next = {
    ...before,
    url: patch.url ?? before.url,
    events: patch.events === undefined ? before.events : (patch.events ?? undefined),
    description: patch.description === undefined ? before.description : (patch.description ?? undefined),
    disabled,
    disabledReason: disabled ? before.disabledReason : undefined,
  }
  const deed = deedOn('updated', before, changesBetween(fieldsOf(before), fieldsOf(next)))
  return webhookView(await stored(ports, owner, next, deed))
}

/** A new secret; the one before signs besides for a day. @throws SallyportError not_found, changed_meanwhile */
export async function rotateWebhook(
  ports: WebhookPorts,
  owner: Principal,
  id: string,
): Promise<NewWebhookReply> {
  const before = await webhookOf(ports, owner, id)
  const secret = newSigningSecret(ports.random)
  const now = ports.clock.now()
  const secrets = rotated(await openSigningSecrets(ports.vault, before), secret, now)
  const sealed = await sealSigningSecrets(ports.vault, before, secrets)
  const deed = deedOn('rotated', before, [{ field: '/secret', secret: true }])
  const next = await stored(ports, owner, { ...before, secrets: sealed }, deed)
  return { ...webhookView(next), secret: secret.reveal() }
}

/** @throws SallyportError not_found */
export async function deleteWebhook(ports: WebhookPorts, owner: Principal, id: string): Promise<void> {
  requireAll(owner)
  const isGone = await recorded(ports.store, owner, deedOn('deleted', { id }), (store) =>
    store.webhooks.delete(owner.organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
}

/** Sends a delivery that says nothing, once, also where the webhook is disabled. @throws SallyportError not_found */
export async function testWebhook(ports: WebhookPorts, owner: Principal, id: string): Promise<DeliveryReply> {
  return deliveryView(await ports.deliveries.test(await webhookOf(ports, owner, id)))
}

/** @throws SallyportError not_found */
export async function listDeliveries(
  ports: WebhookPorts,
  owner: Principal,
  id: string,
  page: PageRequest,
): Promise<Page<DeliveryReply>> {
  const { organizationId } = await webhookOf(ports, owner, id)
  const { items, nextCursor } = await ports.store.deliveries.list(organizationId, id, page)
  return { items: items.map(deliveryView), nextCursor }
}

/** Has an event sent again, the same letter by letter, however it went before. @throws SallyportError not_found */
export async function replayDelivery(
  ports: WebhookPorts,
  owner: Principal,
  { id, delivery }: { readonly id: string; readonly delivery: string },
): Promise<DeliveryReply> {
  const { organizationId } = await webhookOf(ports, owner, id)
  const found = await ports.store.deliveries.get(organizationId, id, delivery)
  if (!found) throw new SallyportError('not_found')
  const now = ports.clock.now()
  const again = { ...found, state: 'pending', attempts: 0, dueAt: now, expiresAt: now + keptTrying } as const
  const deed = {
    action: 'delivery.replayed',
    target: { kind: 'delivery', id: found.id, name: found.eventId },
  }
  await recorded(ports.store, owner, deed, (store) => store.deliveries.replay(again))
  return deliveryView(again)
}

async function webhookOf(
  { store }: Pick<WebhookPorts, 'store'>,
  owner: Principal,
  id: string,
): Promise<WebhookRecord> {
  requireAll(owner)
  const record = await store.webhooks.get(owner.organizationId, id)
  if (!record) throw new SallyportError('not_found')
  return record
}

async function stored(
  { store, clock }: WebhookPorts,
  owner: Principal,
  change: WebhookRecord,
  deed: Deed,
): Promise<WebhookRecord> {
  const next = { ...change, version: change.version + 1, updatedAt: clock.now() }
  if (!(await recorded(store, owner, deed, (it) => it.webhooks.update(next))))
    throw new SallyportError('changed_meanwhile')
  return next
}

function deedOn(what: string, { id }: Pick<WebhookRecord, 'id'>, changes: Deed['changes'] = []): Deed {
  return { action: `webhook.${what}`, target: { kind: 'webhook', id }, changes }
}

/** Addresses of webhooks may hold a secret in path or query: the audit shows where they lead, and no more. */
function fieldsOf({ url, events, description, disabled }: WebhookRecord): Record<string, unknown> {
  return { url: new URL(url).origin, events, description, disabled }
}

/** A webhook tells of every account: a key that is bound to some could see the others by it (K3). */
function requireAll({ accounts }: Principal): void {
  if (!accounts) return
  const message = 'A key that is bound to accounts cannot reach webhooks, which tell of all. Use another key.'
  throw new SallyportError('scope_missing', { message })
}

/** What is told of the audit goes to nobody by the word of somebody who may not read it (K3). */
function requireTold(owner: Principal, events: readonly WebhookEventType[] | undefined): void {
  const isOfAudit = (event: string) => (auditEventTypes as readonly string[]).includes(event)
  if (events?.some(isOfAudit)) requireScope(owner, 'audit:read')
}

/** What can be seen of an address before it is dialled, where it is checked once more (C1). */
function checkUrl(policy: DestinationPolicy, text: string): void {
  const fault = (code: string, message: string) =>
    invalid('input_invalid', [{ path: '/url', code, message } satisfies Fault])
  const url = text.includes('#') ? undefined : parseUrl(text)
  if (!url) throw fault('url', 'Give an absolute https address, without user, password or #.')
  if (isBlockedLiteral(policy, url)) {
    const message =
      'This address is private, loopback or reserved. Use a public one, or have the operator allow its range in SALLYPORT_ALLOWED_PRIVATE_CIDRS.'
    throw fault('address_blocked', message)
  }
  if (url.protocol === 'http:' && !mayUsePlainHttp(policy, url))
    throw fault('https_required', 'Events go over https alone. Write https://.')
}
