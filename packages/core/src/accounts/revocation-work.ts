import { reasonOf } from '../credentials/renewal-failure.ts'
import { SallyportError, traceOf } from '../error.ts'
import type {
  AccountRecord,
  IntegrationRecord,
  RevocationRecord,
  RevocationRunRecord,
  RevokedAccountChange,
} from '../ports.ts'
import { disconnection } from './disconnect.ts'
import type { AccountPorts } from './ports.ts'

const second = 1000
/** How long a run is one process's own, should that die. */
const claimedMilliseconds = 120 * second
/** And after how long it lets others have it. */
const turnMilliseconds = 30 * second
/** Accounts of one transaction. */
const batchSize = 50
const pauseMilliseconds = 2 * second
const laterMilliseconds = 60 * second
const sevenDays = 7 * 86_400 * second

/** What is to be done with an account that a run has come to. */
interface Step {
  readonly change: RevokedAccountChange
  readonly disconnects?: {
    readonly next: AccountRecord
    readonly revocation: RevocationRecord | undefined
  }
}

/**
 * Disconnects the accounts of runs, batch by batch. What providers are to be told is due from then on, like that of
 * single accounts. What is left stands in the database: whoever comes after a process that died goes on from there.
 */
export class RevocationWork {
  readonly #ports: AccountPorts
  readonly #underWay = new Set<Promise<void>>()
  #isClosing = false

  constructor(ports: AccountPorts) {
    this.#ports = ports
  }

  async runDue(): Promise<void> {
    const { store, clock } = this.#ports
    if (this.#isClosing) return
    const now = clock.now()
    const runs = await store.revocationRuns.claimDue(now, now + claimedMilliseconds)
    await Promise.all(runs.map((run) => this.#begin(run)))
  }

  /** Begins nothing any more. */
  close(): void {
    this.#isClosing = true
  }

  /** Waits for what is under way, for shutting down. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  #begin(run: RevocationRunRecord): Promise<void> {
    const work = this.#go(run)
      .catch((cause: unknown) =>
        this.#ports.log.error({ revocation: run.id, cause: traceOf(cause) }, 'revocation does not go on'),
      )
      .finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
    return work
  }

  async #go(run: RevocationRunRecord): Promise<void> {
    const { store, clock } = this.#ports
    const until = clock.now() + turnMilliseconds
    const integrations = new Map<string, IntegrationRecord | undefined>()
    for (;;) {
      const waiting = await store.revocationRuns.waiting(run, clock.now(), batchSize)
      if (waiting.length === 0) return this.#rest(run, clock.now() + pauseMilliseconds)
      const steps: Step[] = []
      for (const { id, account } of waiting) steps.push(await this.#step(run, id, account, integrations))
      await this.#take(run, steps)
      if (this.#isClosing || clock.now() >= until) return this.#rest(run, clock.now())
    }
  }

  async #step(
    run: RevocationRunRecord,
    accountId: string,
    account: AccountRecord | undefined,
    integrations: Map<string, IntegrationRecord | undefined>,
  ): Promise<Step> {
    const { store, clock } = this.#ports
    if (!account) return { change: { accountId, state: 'gone' } }
    if (account.status === 'revoked') return { change: this.#asRevoked(account) }
    try {
      const { organizationId, integrationId } = account
      if (!integrations.has(integrationId)) {
        integrations.set(integrationId, await store.integrations.get(organizationId, integrationId))
      }
      const integration = integrations.get(integrationId)
      if (!integration) return { change: { accountId, state: 'gone' } }
      const { next, revocation } = await disconnection(this.#ports, account, integration)
      const due = revocation && { ...revocation, dueAt: clock.now() }
      const state = next.revocation === 'done' ? 'revoked' : next.revocation
      return { change: { accountId, state, revocationId: due?.id }, disconnects: { next, revocation: due } }
    } catch (cause) {
      return { change: this.#notOpened(run, accountId, cause) }
    }
  }

  /** Of one that somebody has disconnected meanwhile: as that ended, or later, when it has. */
  #asRevoked({ id: accountId, revocation = 'done' }: AccountRecord): RevokedAccountChange {
    if (revocation !== 'pending') return { accountId, state: revocation === 'done' ? 'revoked' : revocation }
    const dueAt = this.#ports.clock.now() + laterMilliseconds
    return { accountId, state: 'waiting', reason: 'revocation_pending', dueAt }
  }

  /** What cannot be opened now may be later, when its keys can be had again. */
  #notOpened({ startedAt }: RevocationRunRecord, accountId: string, cause: unknown): RevokedAccountChange {
    const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
    const now = this.#ports.clock.now()
    this.#ports.log.error({ account: accountId, cause: traceOf(cause) }, 'not disconnected')
    const isOver = now >= startedAt + sevenDays
    const why = { reason: reasonOf(failure), reasonDetail: failure.message }
    return { accountId, state: isOver ? 'failed' : 'waiting', ...why, dueAt: now + laterMilliseconds }
  }

  /** All of a batch, less accounts that somebody has changed meanwhile: those have their turn again. */
  async #take(run: RevocationRunRecord, steps: readonly Step[]): Promise<void> {
    const { store, changed } = this.#ports
    await store.recorded(
      run.organizationId,
      async (store) => {
        const changes: RevokedAccountChange[] = []
        for (const { change, disconnects } of steps) {
          const { next, revocation } = disconnects ?? {}
          if (!next || (await store.accounts.disconnect(next, revocation))) changes.push(change)
        }
        await store.revocationRuns.settle(run, changes)
      },
      () => undefined,
    )
    // Of many at once, others are told once.
    changed()
  }

  /** Leaves it for the next look, or ends it: then the audit says how it went. */
  async #rest(run: RevocationRunRecord, dueAt: number): Promise<void> {
    const { store, clock, log } = this.#ports
    const { id } = run
    const counts = await store.recorded(
      run.organizationId,
      async (store) => {
        const isOpen = await store.revocationRuns.rest(run, dueAt, clock.now())
        return { isOpen, ...(await store.revocationRuns.counts(run)) }
      },
      ({ isOpen, ...counts }) =>
        isOpen
          ? undefined
          : {
              actor: { kind: 'system', id: undefined },
              address: undefined,
              action: 'revocation.ended',
              target: { kind: 'revocation', id, name: undefined },
              changes: Object.entries(counts)
                .filter(([, count]) => count > 0)
                .map(([state, count]) => ({ field: `/${state}`, after: count })),
            },
    )
    const { isOpen, ...states } = counts
    log.info(
      { revocation: id, total: run.total, ...states },
      isOpen ? 'revocation goes on' : 'revocation ended',
    )
  }
}
