import { setTimeout as delay } from 'node:timers/promises'
import { SallyportError, traceOf } from '../error.ts'
import { newId } from '../id.ts'
import type {
  AccountRecord,
  Changed,
  Log,
  RevocationLane,
  RevocationRecord,
  RevocationState,
} from '../ports.ts'
import type { SchemePorts, Tokens } from '../schemes/scheme.ts'
import type { Recorder } from '../traces/recorder.ts'
import type { CommitPorts } from './commit.ts'
import type { Fence } from './fence.ts'
import { LaneWork } from './lane-work.ts'
import { reasonOf } from './renewal-failure.ts'
import { openSnapshot, sealLeft, sealSnapshot } from './snapshot.ts'
import type { Target, TargetPorts } from './target.ts'

export interface RevocationPorts extends CommitPorts, TargetPorts, SchemePorts {
  readonly log: Log
  readonly recorder: Recorder
  readonly fence: Pick<Fence, 'closed'>
  /** Called when an account has changed. */
  readonly changed: Changed
}

const minute = 60_000
const sevenDays = 7 * 24 * 60 * minute
const longestPause = 60 * minute
/** How long an attempt may take before somebody else may make the next. */
const claimed = 2 * minute
/** Attempts that one process has under way, and of them those at one provider. */
const mostAtOnce = 100
const mostOfLane = 20
/** Of those that have ended, for which it is worth to look for more. */
const enoughEnded = 10
const longestWait = 10_000

/**
 * Revokes at providers what was disconnected here (RFC 7009): stored before it is tried, tried until it is done,
 * for seven days at most (B18).
 */
export class Revocations {
  readonly #ports: RevocationPorts
  readonly #underWay = new Set<Promise<void>>()
  /** How attempts ended, in this process. */
  readonly counts = { done: 0, unsupported: 0, failed: 0, retried: 0 }
  readonly #work: LaneWork<RevocationLane, RevocationRecord>
  /** Until when a provider that said so is left alone, by lane. */
  readonly #pauses = new Map<string, number>()
  /** When a provider was last seen to take one, by lane. */
  readonly #taken = new Map<string, number>()

  constructor(ports: RevocationPorts) {
    this.#ports = ports
    this.#work = new LaneWork({
      mostAtOnce,
      mostOfLane,
      enoughEnded,
      keyOf,
      lanes: () => ports.store.revocations.lanes(ports.clock.now()),
      claim: (lane, room) => this.#claim(lane, room),
      work: (revocation) => this.#attempt(revocation),
      failed: (cause) =>
        ports.log.error({ cause: traceOf(cause) }, 'revocations that are due were not found'),
    })
  }

  /** What is to be stored in an account's place; undefined where there is nothing that its scheme could revoke. */
  async of(target: Target): Promise<RevocationRecord | undefined> {
    if (!target.scheme.revoke || !target.credential.tokens) return undefined
    // They are another's by now, who would lose them.
    if (target.account.exportedAt !== undefined) return undefined
    const now = this.#ports.clock.now()
    const { organizationId, id: accountId } = target.account
    const row = { organizationId, id: newId('rev', this.#ports), accountId }
    return {
      ...row,
      environment: target.account.environment,
      integration: target.integration.key,
      sealed: await sealSnapshot(this.#ports.vault, row, target),
      attempts: 0,
      reason: undefined,
      reasonDetail: undefined,
      createdAt: now,
      // Whoever stores it tries at once.
      dueAt: now + claimed,
      expiresAt: now + sevenDays,
    }
  }

  /** Tokens that were issued for an account which is disconnected by now. */
  async discard(target: Target, tokens: Tokens): Promise<void> {
    const revocation = await this.of({ ...target, credential: { ...target.credential, tokens } })
    if (!revocation) return
    await this.#ports.store.revocations.create(revocation)
    await this.tryNow(revocation)
  }

  /** Tries a revocation that has just been stored; comes back when it is done, or after ten seconds. */
  async tryNow(revocation: RevocationRecord): Promise<void> {
    // In a copy it would revoke what the original goes on with.
    if (this.#ports.fence.closed) return
    const attempt = this.#attempt(revocation).finally(() => this.#underWay.delete(attempt))
    this.#underWay.add(attempt)
    const waiting = new AbortController()
    const timeout = delay(longestWait, undefined, { signal: waiting.signal, ref: false }).catch(
      () => undefined,
    )
    await Promise.race([attempt, timeout])
    waiting.abort()
  }

  /** Tries what is due; a provider that takes its time keeps no other waiting. */
  runDue(): Promise<void> {
    return this.#work.runDue()
  }

  /** Begins nothing any more. */
  close(): Promise<void> {
    return this.#work.close()
  }

  /** Waits for attempts under way, for shutting down. */
  async settled(): Promise<void> {
    await this.#work.settled()
    await Promise.allSettled(this.#underWay)
  }

  async #claim(lane: RevocationLane, room: number) {
    const now = this.#ports.clock.now()
    const pausedUntil = this.#pauses.get(keyOf(lane)) ?? 0
    if (pausedUntil > now) return { items: [], hasMore: false }
    this.#pauses.delete(keyOf(lane))
    const items = await this.#ports.store.revocations.claim(lane, { now, until: now + claimed }, room)
    return { items, hasMore: items.length === room }
  }

  async #attempt(revocation: RevocationRecord): Promise<void> {
    const some: Some = {}
    try {
      await this.#finish(revocation, await this.#revoke(revocation, some))
    } catch (cause) {
      await this.#failed(revocation, cause, some).catch((error: unknown) =>
        this.#ports.log.error(
          { revocation: revocation.id, cause: traceOf(error) },
          'revocation not recorded',
        ),
      )
    }
  }

  async #revoke(revocation: RevocationRecord, some: Some): Promise<'done' | 'unsupported'> {
    const { scheme, connection, credential, isPartlyRevoked } = await openSnapshot(this.#ports, revocation)
    const { organizationId, accountId } = revocation
    const account = await this.#ports.store.accounts.get(organizationId, accountId)
    const whose = {
      account: account ?? { organizationId, id: accountId, generation: 0 },
      definition: connection.definition,
      connection,
      credential,
    }
    const left = (tokens: Tokens) => {
      some.left = tokens
    }
    const revoke = async (ports: SchemePorts) => scheme.revoke?.(ports, connection, credential, left)
    // The traces of an account go with it.
    const options = { keep: account !== undefined }
    const outcome = await this.#ports.recorder.record('revoke', whose, this.#ports, revoke, options)
    return isPartlyRevoked ? 'done' : (outcome ?? 'unsupported')
  }

  async #failed(revocation: RevocationRecord, cause: unknown, { left }: Some): Promise<void> {
    const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
    const { id, accountId } = revocation
    this.#ports.log.warn(
      { revocation: id, account: accountId, code: failure.code, detail: failure.detail },
      'not revoked',
    )
    const attempts = revocation.attempts + 1
    const now = this.#ports.clock.now()
    // Where the provider takes others, this one's turn comes soon again.
    const takesOthers = now - (this.#taken.get(keyOf(revocation)) ?? Number.NEGATIVE_INFINITY) < minute
    const own = Math.min(5000 * 2 ** attempts, takesOthers ? minute : longestPause)
    const asked = Math.min((failure.retryAfterSeconds ?? 0) * 1000, longestPause)
    const dueAt = now + Math.max(own, asked)
    if (asked > 0) this.#pauses.set(keyOf(revocation), now + asked)
    const next = { ...revocation, attempts, dueAt, reason: reasonOf(failure), reasonDetail: failure.message }
    if (isFinal(failure) || dueAt >= revocation.expiresAt) await this.#finish(next, 'failed')
    else {
      this.counts.retried += 1
      const sealed = left && (await sealLeft(this.#ports.vault, revocation, left))
      await this.#ports.store.revocations.postpone(next, sealed)
    }
  }

  async #finish(revocation: RevocationRecord, state: Exclude<RevocationState, 'pending'>): Promise<void> {
    this.counts[state] += 1
    if (state !== 'failed') this.#taken.set(keyOf(revocation), this.#ports.clock.now())
    await this.#ports.store.revocations.finish(revocation, state)
    this.#ports.log.info({ account: revocation.accountId, state }, 'revocation ended')
    this.#ports.changed({ organizationId: revocation.organizationId, id: revocation.accountId })
  }
}

/** Tokens that are left, once others of the same credential have been revoked. */
interface Some {
  left?: Tokens
}

function keyOf({ organizationId, integration }: RevocationLane): string {
  return `${organizationId}/${integration ?? ''}`
}

/** What an account looks like from now on; a renewal under way finds another generation. */
export function disconnected(
  account: AccountRecord,
  revocation: RevocationState,
  now: number,
): AccountRecord {
  return {
    ...account,
    status: 'revoked',
    reason: undefined,
    reasonDetail: undefined,
    credential: undefined,
    secretsSet: [],
    generation: account.generation + 1,
    issuedAt: undefined,
    expiresAt: undefined,
    renewable: false,
    scopes: [],
    kept: {},
    refreshExpiresAt: undefined,
    dueAt: undefined,
    revocation,
    exportedAt: undefined,
    differences: { generation: account.generation, names: [] },
    statusSince: account.status === 'revoked' ? account.statusSince : now,
    version: account.version + 1,
    updatedAt: now,
  }
}

/** A refusal that no waiting mends: the definition that revokes is what it was when the account was disconnected. */
function isFinal({ code }: SallyportError): boolean {
  return code === 'token_refused' || code === 'host_not_allowed' || code === 'redirect_refused'
}
