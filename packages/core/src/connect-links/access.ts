import { hash, timingSafeEqual } from 'node:crypto'
import { requireInUse } from '../accounts/start.ts'
import { SallyportError } from '../error.ts'
import type { ConnectLinkRecord, IntegrationRecord } from '../ports.ts'
import { hashToken, isToken } from '../token.ts'
import type { ConnectLinkPorts } from './ports.ts'

/** Somebody at a link's door: with what the link holds, or with what its first browser was given. */
export interface Visit {
  readonly id: string
  readonly secret: string | undefined
  readonly browser: string | undefined
}

/** Why a link cannot be used; `unknown` tells nobody whether there is such a link. */
export type LinkRefusal = 'unknown' | 'expired' | 'used' | 'elsewhere' | 'worn_out'

/** A link that opens, and whether its browser is this one. */
export interface OpenedLink {
  readonly link: ConnectLinkRecord
  readonly integration: IntegrationRecord
  readonly isOwn: boolean
}

/** How often one link's browser may send something in. */
export const mostAttempts = 30

/** Of its own kind and link: no other token of ours has the same digest, whatever its text. */
export function digestOf(id: string, secret: string): Buffer {
  return hash('sha256', `sallyport connect link\n${id}\n${secret}`, 'buffer')
}

/** Whether whoever is there may see the link, and if not, why. */
export async function openLink(
  ports: ConnectLinkPorts,
  visit: Visit,
): Promise<OpenedLink | { readonly refusal: LinkRefusal; readonly opened?: OpenedLink }> {
  const { store, clock } = ports
  const isOurs = /^cnl_[0-9a-z]{25}$/.test(visit.id)
  const link = isOurs ? await store.connectLinks.byId(visit.id) : undefined
  if (!link) return { refusal: 'unknown' }
  const isOwn = isBrowserOf(link, visit)
  if (!isOwn && !isHolderOf(link, visit)) return { refusal: 'unknown' }
  const integration = await store.integrations.get(link.organizationId, link.integrationId)
  if (!integration || !(await isInUse(ports, link))) return { refusal: 'unknown' }
  const opened = { link, integration, isOwn }
  if (link.state === 'done') return isOwn ? opened : { refusal: 'used', opened }
  if (link.expiresAt <= clock.now() && !(isOwn && link.flowId !== undefined)) {
    return { refusal: 'expired', opened }
  }
  if (link.browserHash !== undefined && !isOwn) return { refusal: 'elsewhere', opened }
  return opened
}

function isBrowserOf({ browserHash }: ConnectLinkRecord, { browser }: Visit): boolean {
  if (browserHash === undefined || browser === undefined || !isToken(browser)) return false
  return isSame(Buffer.from(hashToken(browser)), Buffer.from(browserHash))
}

function isHolderOf({ id, digest }: ConnectLinkRecord, { secret }: Visit): boolean {
  return secret !== undefined && isToken(secret) && isSame(digestOf(id, secret), digest)
}

function isSame(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** A link ends with its organization, with the key or the person that made it, and once its return URL is listed no more. */
async function isInUse(ports: ConnectLinkPorts, link: ConnectLinkRecord): Promise<boolean> {
  const { store, clock } = ports
  const { organizationId, keyId, userId } = link
  try {
    await requireInUse(ports, link)
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'flow_invalid') return false
    throw error
  }
  if (keyId !== undefined) {
    const key = await store.apiKeys.get(organizationId, keyId)
    if (!key || key.expiresAt <= clock.now()) return false
  }
  if (userId !== undefined) {
    const person = await store.people.get(organizationId, userId)
    if (!person || person.disabled) return false
  }
  const environment = await store.environments.get(organizationId, link.environment)
  if (!environment) return false
  return link.returnUrl === undefined || environment.returnUrls.includes(link.returnUrl)
}
