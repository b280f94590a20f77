import { SallyportError, traceOf } from '../error.ts'
import type { AccountRecord, IntegrationRecord, LaneRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import { type Admission, type AdmissionPorts, type Client, NotAdmitted } from './admission.ts'
import { definitionOf } from './definition.ts'
import { isIdle, keepAliveDue } from './due.ts'
import { LaneWork } from './lane-work.ts'
import type { Renewals } from './renewals.ts'
import { openTarget, type TargetPorts } from './target.ts'

export interface SchedulerPorts extends AdmissionPorts, TargetPorts {
  readonly store: TargetPorts['store']
  readonly admission: Admission
  readonly renewals: Pick<Renewals, 'renew'>
}

/** An account whose renewal is to begin. */
interface Claimed {
  readonly account: AccountRecord
  readonly client: Client
  readonly isIdle: boolean
}

/** Renewals that one process has under way for the background. */
const mostAtOnce = 400
/** How long a claim holds, should the process die: a renewal ends sooner, whatever happens to it. */
const claimedMilliseconds = 300_000
const soonMilliseconds = 30_000

/** Renews tokens before calls need them. */
export class Scheduler {
  readonly #ports: SchedulerPorts
  readonly #work: LaneWork<LaneRecord, Claimed>

  constructor(ports: SchedulerPorts) {
    this.#ports = ports
    const { store, clock, log } = ports
    this.#work = new LaneWork({
      mostAtOnce,
      keyOf: ({ organizationId, integrationId }) => `${organizationId}/${integrationId}`,
      lanes: () => store.schedule.lanes(clock.now()),
      claim: (lane, room) => this.#claim(lane, room),
      work: (claimed) => this.#renew(claimed),
      failed: (cause) => log.error({ cause: traceOf(cause) }, 'accounts that are due were not found'),
    })
  }

  /** As `LaneWork.runDue`. */
  runDue(): Promise<void> {
    return this.#work.runDue()
  }

  /** Begins nothing any more. */
  close(): Promise<void> {
    return this.#work.close()
  }

  /** Waits for what is under way, for shutting down. */
  settled(): Promise<void> {
    return this.#work.settled()
  }

  async #claim(
    lane: LaneRecord,
    room: number,
  ): Promise<{ readonly items: readonly Claimed[]; readonly hasMore: boolean }> {
    const { store, admission } = this.#ports
    const now = this.#ports.clock.now()
    const integration = await store.integrations.get(lane.organizationId, lane.integrationId)
    // Nothing of a client that is paused is claimed.
    if (!integration || admission.pauseSeconds(integration) > 0) return { items: [], hasMore: false }
    const due = await store.schedule.due(lane, now, room)
    const hasMore = due.length === room
    const client = clientOf(integration)
    const idle = due.filter((account) => isIdle(account, now))
    const used = due.filter((account) => !isIdle(account, now))
    const granted = used.length > 0 ? await admission.grant(client, used.length) : 0
    if (this.#work.isClosing) return { items: [], hasMore }
    const wanted = [...used.slice(0, granted), ...idle]
    const claimed = await store.schedule.claim(wanted, now, now + claimedMilliseconds)
    return { items: claimed.map((account) => ({ account, client, isIdle: isIdle(account, now) })), hasMore }
  }

  async #renew({ account, client, isIdle }: Claimed): Promise<void> {
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
    const isOver = cause.code === 'renewal_unsupported' || cause.code === 'account_exported'
    if (!isOver && !(cause instanceof NotAdmitted)) return
    const again = isOver ? undefined : clock.now() + soonMilliseconds
    await store.accounts.postpone(organizationId, id, generation, again)
  }
}

function clientOf(integration: IntegrationRecord): Client {
  const definition = definitionOf(integration)
  return { integration, definition, scheme: schemeOf(definition) }
}
