import { SallyportError, traceOf } from '../error.ts'
import type { AccountRecord, IntegrationRecord, LaneRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { type Admission, type AdmissionPorts, type Client, NotAdmitted } from './admission.ts'
import { definitionOf } from './definition.ts'
import { isIdle, keepAliveDue } from './due.ts'
import { Lanes } from './lanes.ts'
import type { Renewals } from './renewals.ts'
import { openTarget, type TargetPorts } from './target.ts'

export interface SchedulerPorts extends AdmissionPorts, TargetPorts {
  readonly store: TargetPorts['store']
  readonly admission: Admission
  readonly renewals: Pick<Renewals, 'renew'>
}

interface Claimed {
  readonly claimed: readonly AccountRecord[]
  /** Of the lane; undefined where nothing is claimed of it. */
  readonly client: Client | undefined
}

/** What is known of an account when its renewal begins. */
interface Whose {
  readonly client: Client
  readonly isIdle: boolean
}

/** Renewals that one process has under way for the background. */
const mostAtOnce = 400
/** Lanes that are looked at together: for each the database is asked several times, one after the other. */
const lanesAtOnce = 8
/** How long a claim holds, should the process die: a renewal ends sooner, whatever happens to it. */
const claimedMilliseconds = 300_000
const soonMilliseconds = 30_000
/** After so many have ended there is room that is worth another look before the next second. */
const enoughEnded = 50

/**
 * Renews tokens before calls need them. What is due stands in the database, so that any number of processes share the
 * work, each account goes to one of them, and one that dies takes nothing with it.
 */
export class Scheduler {
  readonly #ports: SchedulerPorts
  readonly #lanes = new Lanes(mostAtOnce)
  readonly #underWay = new Set<Promise<void>>()
  #look: Promise<void> | undefined
  /** Whether more could be begun if there were room. */
  #hasMore = false
  #endedSinceLook = 0
  #isClosing = false

  constructor(ports: SchedulerPorts) {
    this.#ports = ports
  }

  /**
   * Begins what is due, and comes back when all that is under way by then has ended. It may be called again before: a
   * provider that is slow holds up nobody else.
   */
  async runDue(): Promise<void> {
    await this.#lookOnce()
    await Promise.allSettled(this.#underWay)
  }

  /** Begins nothing any more. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#look?.catch(() => undefined)
  }

  /** Waits for what is under way, for shutting down. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  /** One look at a time. */
  async #lookOnce(): Promise<void> {
    if (this.#isClosing) return
    this.#look ??= this.#lookAround().finally(() => {
      this.#look = undefined
    })
    await this.#look
  }

  async #lookAround(): Promise<void> {
    this.#endedSinceLook = 0
    this.#hasMore = false
    const due = await this.#ports.store.schedule.lanes(this.#ports.clock.now())
    const inTurn = this.#lanes.inTurn(due).values()
    const looks = Array.from({ length: lanesAtOnce }, () => this.#serveInTurn(inTurn, due))
    // All of them, so that one look has ended when the next begins.
    const failed = (await Promise.allSettled(looks)).find((look) => look.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Serves whichever lane is next, until there is none. */
  async #serveInTurn(inTurn: Iterable<LaneRecord>, due: readonly LaneRecord[]): Promise<void> {
    for (const lane of inTurn) {
      if (this.#isClosing) return
      const room = this.#lanes.roomOf(lane, due)
      if (room > 0) await this.#serve(lane, room)
      else this.#hasMore = true
    }
  }

  async #serve(lane: LaneRecord, room: number): Promise<void> {
    const now = this.#ports.clock.now()
    // Nobody else is to have the room while it is found out how much of it is taken.
    this.#lanes.began(lane, room)
    const { claimed, client } = await this.#claim(lane, now, room).finally(() =>
      this.#lanes.ended(lane, room),
    )
    if (claimed.length > 0) this.#lanes.served(lane)
    if (!client) return
    for (const account of claimed) this.#begin(lane, account, { client, isIdle: isIdle(account, now) })
  }

  async #claim(lane: LaneRecord, now: number, room: number): Promise<Claimed> {
    const { store, admission } = this.#ports
    const integration = await store.integrations.get(lane.organizationId, lane.integrationId)
    // Nothing of a client that is paused is claimed.
    if (!integration || admission.pauseSeconds(integration) > 0) return { claimed: [], client: undefined }
    const due = await store.schedule.due(lane, now, room)
    if (due.length === room) this.#hasMore = true
    const client = clientOf(integration)
    const idle = due.filter((account) => isIdle(account, now))
    const used = due.filter((account) => !isIdle(account, now))
    const granted = used.length > 0 ? await admission.grant(client, used.length) : 0
    if (this.#isClosing) return { claimed: [], client }
    const wanted = [...used.slice(0, granted), ...idle]
    return { claimed: await store.schedule.claim(wanted, now, now + claimedMilliseconds), client }
  }

  #begin(lane: LaneRecord, account: AccountRecord, whose: Whose): void {
    this.#lanes.began(lane)
    const work = this.#work(account, whose).finally(() => {
      this.#underWay.delete(work)
      this.#lanes.ended(lane)
      this.#endedSinceLook += 1
      if (!this.#hasMore || (this.#endedSinceLook < enoughEnded && this.#lanes.underWay > 0)) return
      void this.#lookOnce().catch((cause: unknown) =>
        this.#ports.log.error({ cause: traceOf(cause) }, 'accounts that are due were not found'),
      )
    })
    this.#underWay.add(work)
  }

  async #work(account: AccountRecord, { client, isIdle }: Whose): Promise<void> {
    const { log, renewals } = this.#ports
    try {
      if (isIdle && !(await this.#mustLive(account, client))) return
      const { organizationId, id, generation } = account
      const read = { account, integration: client.integration }
      await renewals.renew({ organizationId, id, generation, read }, 'background')
    } catch (cause) {
      await this.#notRenewed(account, cause).catch((error: unknown) =>
        log.error({ account: account.id, cause: traceOf(error) }, 'when it is due again was not recorded'),
      )
    }
  }

  /** Whether an account that nobody uses is to be renewed now all the same; if not, it is put off. */
  async #mustLive(account: AccountRecord, client: Client): Promise<boolean> {
    const { clock, store, admission } = this.#ports
    const { organizationId, id, generation } = account
    const { definition, scheme, credential } = await openTarget(this.#ports, account, client.integration)
    const { tokens } = credential
    const isSpent = tokens !== undefined && scheme.spends?.(definition, tokens)
    const dueAt = isSpent ? keepAliveDue(tokens, scheme.renewal(definition)) : undefined
    const isDue = dueAt !== undefined && dueAt <= clock.now()
    if (isDue && (await admission.grant(client, 1)) === 1) return true
    const again = isDue ? clock.now() + soonMilliseconds : dueAt
    await store.accounts.postpone(organizationId, id, generation, again)
    return false
  }

  /** What failed has been recorded by whoever sent it; what was not sent is looked at again. */
  async #notRenewed({ organizationId, id, generation }: AccountRecord, cause: unknown): Promise<void> {
    const { store, clock, log } = this.#ports
    if (!(cause instanceof SallyportError)) {
      log.error({ account: id, cause: traceOf(cause) }, 'not renewed')
      return
    }
    const isOver = cause.code === 'renewal_unsupported'
    if (!isOver && !(cause instanceof NotAdmitted)) return
    const again = isOver ? undefined : clock.now() + soonMilliseconds
    await store.accounts.postpone(organizationId, id, generation, again)
  }
}

function clientOf(integration: IntegrationRecord): Client {
  const definition = definitionOf(integration)
  return { integration, definition, scheme: schemeOf(definition) }
}
