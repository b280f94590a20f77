import { reasonOf } from '../credentials/renewal-failure.ts'
import { openTarget, type Target } from '../credentials/target.ts'
import { SallyportError, traceOf } from '../error.ts'
import type { AccountRecord, ConnectLinkAim, ConnectLinkRecord, DevicePollRecord } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'
import { openDeviceMemory } from './device.ts'
import { commitGrant } from './grant.ts'
import { parkedFlow } from './parked.ts'
import { type AccountPorts, readRecords } from './ports.ts'

const mostAtOnce = 50
/** How long a poll may take before somebody else may make the next; requests end sooner. */
const claimedMilliseconds = 35_000
const slowDownSeconds = 5
/** To which an interval grows while the provider cannot be reached. */
const longestBackoffSeconds = 60

const passing: ReadonlySet<string> = new Set([
  'upstream_timeout',
  'upstream_unreachable',
  'renewal_unavailable',
  'internal',
])

/**
 * Asks providers whether somebody has entered the code (RFC 8628 §3.4). When each is to be asked stands in the
 * store, so that a restart asks nobody too early, and nobody for ever (B12).
 */
export class DevicePolls {
  readonly #ports: AccountPorts
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(ports: AccountPorts) {
    this.#ports = ports
  }

  /** Asks for what is due, and comes back when all that is under way has been answered. */
  async runDue(): Promise<void> {
    const now = this.#ports.clock.now()
    const due = await this.#ports.store.devicePolls.claimDue(now, now + claimedMilliseconds, mostAtOnce)
    for (const poll of due) {
      if (this.#underWay.has(poll.id)) continue
      this.#underWay.set(
        poll.id,
        this.#asked(poll).finally(() => this.#underWay.delete(poll.id)),
      )
    }
    await this.settled()
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values())
  }

  async #asked(poll: DevicePollRecord): Promise<void> {
    const { log } = this.#ports
    try {
      await this.#ask(poll)
    } catch (cause) {
      const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
      const { code, detail } = failure
      log.warn({ account: poll.accountId, reason: reasonOf(failure), detail }, 'device authorization failed')
      const recorded = passing.has(code)
        ? this.#backOff(poll, failure.retryAfterSeconds)
        : this.#end(poll, failure)
      await recorded.catch((error: unknown) =>
        log.error({ account: poll.accountId, cause: traceOf(error) }, 'its end was not recorded'),
      )
    }
  }

  async #ask(poll: DevicePollRecord): Promise<void> {
    if (poll.expiresAt <= this.#ports.clock.now()) return this.#end(poll, tooLate())
    const owner = { organizationId: poll.organizationId, accounts: undefined }
    const { account, integration } = await readRecords(this.#ports, owner, poll.accountId)
    const target = await openTarget(this.#ports, account, integration)
    const device = target.scheme.device?.(target.definition)
    if (!device) throw new SallyportError('authorization_unsupported')
    const memory = await openDeviceMemory(this.#ports.vault, poll)
    const answer = await this.#ports.recorder.record(
      'device',
      target,
      this.#ports,
      (watched) => device.poll(watched, target.connection, memory),
      // That nobody has decided yet is said again and again.
      { secrets: [memory.deviceCode ?? ''], keep: (result) => typeof result !== 'string' },
    )
    if (answer === 'pending') return this.#again(poll, poll.intervalSeconds)
    // For good, and once more each time (RFC 8628 §3.5).
    if (answer === 'slow_down') return this.#again(poll, poll.intervalSeconds + slowDownSeconds)
    await this.#connect(poll, target, answer)
  }

  async #again(poll: DevicePollRecord, intervalSeconds: number, pauseSeconds = 0): Promise<void> {
    const next = this.#ports.clock.now() + Math.max(intervalSeconds, pauseSeconds) * 1000
    // At its end at the latest, to say that it is over.
    const dueAt = Math.min(next, poll.expiresAt)
    await this.#ports.store.devicePolls.postpone({ ...poll, intervalSeconds, dueAt })
  }

  /** RFC 8628 §3.5: whoever gets no answer asks less often from then on. */
  #backOff(poll: DevicePollRecord, retryAfterSeconds: number | undefined): Promise<void> {
    const longer = Math.max(poll.intervalSeconds, Math.min(poll.intervalSeconds * 2, longestBackoffSeconds))
    return this.#again(poll, longer, retryAfterSeconds)
  }

  async #connect(poll: DevicePollRecord, target: Target, tokens: Tokens): Promise<void> {
    const { store, log } = this.#ports
    const { account } = target
    // Disconnected, or authorized anew, while the answer was on its way: nobody wants it any more.
    const isCurrent = async () =>
      (await store.devicePolls.get(account.organizationId, account.id))?.id === poll.id
    const link = await store.connectLinks.byFlow(account.organizationId, poll.id)
    if (link?.returnUrl !== undefined) return this.#park(poll, target, tokens, link)
    // An answer that arrived is stored before anything else: the provider gives it once.
    await commitGrant(this.#ports, target, tokens, isCurrent)
    this.#ports.changed(account)
    await store.devicePolls.end(poll)
    if (link) await store.connectLinks.finish(aimOf(link, poll), { flowId: poll.id })
    log.info({ account: account.id }, 'account connected')
  }

  /** What a link brought waits until whoever made the link confirms whose it is (A2). */
  async #park(
    poll: DevicePollRecord,
    target: Target,
    tokens: Tokens,
    link: ConnectLinkRecord,
  ): Promise<void> {
    const { store, revocations } = this.#ports
    const flow = await parkedFlow(this.#ports, target, { ...target.credential, tokens })
    const isParked = await store.recorded(
      link.organizationId,
      async (within) => {
        if (!(await within.devicePolls.end(poll))) return false
        if (
          !(await within.connectLinks.finish({ ...aimOf(link, poll), flowId: flow.id }, { flowId: poll.id }))
        )
          return false
        await within.flows.create(flow)
        return true
      },
      () => undefined,
    )
    if (!isParked) await revocations.discard(target, tokens)
  }

  /** The account says why, and otherwise stays as it was. */
  async #end(poll: DevicePollRecord, failure: SallyportError): Promise<void> {
    const { store, changed } = this.#ports
    if (!(await store.devicePolls.end(poll))) return
    const { organizationId, accountId } = poll
    const account = await store.accounts.get(organizationId, accountId)
    if (!account || isConnectedSince(account, poll, failure)) return
    const { generation, status } = account
    const reason = reasonOf(failure)
    await store.accounts.setStatus(organizationId, accountId, generation, status, reason, failure.message)
    changed(account)
  }
}

function aimOf({ organizationId, id }: ConnectLinkRecord, poll: DevicePollRecord): ConnectLinkAim {
  return { organizationId, id, accountId: poll.accountId, flowId: poll.id }
}

/** The process ended between connecting the account and ending the poll, and the code is used up. */
function isConnectedSince(account: AccountRecord, poll: DevicePollRecord, failure: SallyportError): boolean {
  const { issuedAt } = account
  return failure.code === 'account_needs_reconnect' && issuedAt !== undefined && issuedAt >= poll.createdAt
}

function tooLate(): SallyportError {
  const message = 'Nobody entered the code in time. Authorize again for a new one.'
  return Object.assign(new SallyportError('flow_refused', { message }), { reason: 'expired_token' })
}
