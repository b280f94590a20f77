import { setTimeout as delay } from 'node:timers/promises'
import { SallyportError, traceOf } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountRecord, Journal, JournalEntry, Log, Random } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'
import { type CommitPorts, connectedState } from './commit.ts'
import type { Revocations } from './revocations.ts'
import { openCredential } from './seal.ts'
import { loadTarget, type Target, type TargetPorts } from './target.ts'

export interface JournalPorts extends CommitPorts, TargetPorts {
  readonly random: Random
  readonly log: Log
  readonly journal: Journal
  readonly revocations: Pick<Revocations, 'discard'>
}

const patienceMilliseconds = 100
const longestPauseMilliseconds = 30_000

/**
 * Commits what a renewal brought, and comes back once it is durable in the database. While that cannot take it, the
 * answer stands in the journal and the commit is tried again, until `closing`.
 *
 * @returns the account as it stands now, or undefined when another generation came first
 * @throws SallyportError renewal_unavailable when it had to be left to the next start
 */
export async function commitAnswer(
  ports: JournalPorts,
  target: Target,
  tokens: Tokens,
  closing: AbortSignal,
): Promise<AccountRecord | undefined> {
  const { account } = target
  const state = await connectedState(ports.vault, target, { ...target.credential, tokens })
  const { organizationId, id: accountId, generation } = account
  const at = ports.clock.now()
  const entry = { id: newId('ans', ports), organizationId, accountId, generation, state, at }
  const written = new Written(ports, entry)
  for (let failures = 0; ; failures += 1) {
    try {
      const isCommitted = await unlessPrompt(apply(ports, entry, { target, tokens }), () => written.begin())
      await written.remove()
      return isCommitted ? { ...account, ...state, version: account.version + 1, updatedAt: at } : undefined
    } catch (cause) {
      ports.log.error({ account: accountId, cause: traceOf(cause) }, 'a renewed token could not be committed')
      const isSafe = await written.begin()
      if (isSafe && closing.aborted) throw new SallyportError('renewal_unavailable', { cause })
      const pause = Math.min(100 * 2 ** failures, longestPauseMilliseconds)
      await delay(pause, undefined, { signal: isSafe ? closing : undefined }).catch(() => undefined)
    }
  }
}

/**
 * Commits what earlier processes left in the journal. What cannot be committed now stays.
 *
 * @returns the ids of accounts whose answers are still in the journal
 */
export async function drainJournal(ports: JournalPorts): Promise<ReadonlySet<string>> {
  const left = new Set<string>()
  for (const entry of await ports.journal.entries()) {
    const { accountId, generation, id } = entry
    try {
      const isCommitted = await apply(ports, entry)
      await ports.journal.remove(id)
      ports.log.info({ account: accountId, generation, isCommitted }, 'journal entry ended')
    } catch (cause) {
      left.add(accountId)
      ports.log.error({ account: accountId, cause: traceOf(cause) }, 'journal entry left as it is')
    }
  }
  return left
}

/** An entry of the journal that is written when it must be, and once. */
class Written {
  readonly #ports: JournalPorts
  readonly #entry: JournalEntry
  #writing: Promise<boolean> | undefined

  constructor(ports: JournalPorts, entry: JournalEntry) {
    this.#ports = ports
    this.#entry = entry
  }

  /** Whether it is durable; a journal that fails is tried again with the next call. */
  async begin(): Promise<boolean> {
    this.#writing ??= this.#ports.journal.append(this.#entry).then(
      () => true,
      (cause: unknown) => {
        this.#ports.log.error({ account: this.#entry.accountId, cause: traceOf(cause) }, 'journal failed')
        return false
      },
    )
    const isWritten = await this.#writing
    if (!isWritten) this.#writing = undefined
    return isWritten
  }

  async remove(): Promise<void> {
    if (!(await this.#writing)) return
    const { id, accountId } = this.#entry
    await this.#ports.journal
      .remove(id)
      .catch((cause: unknown) =>
        this.#ports.log.error({ account: accountId, cause: traceOf(cause) }, 'journal entry not removed'),
      )
  }
}

async function unlessPrompt<Result>(work: Promise<Result>, late: () => Promise<unknown>): Promise<Result> {
  const timer = setTimeout(() => void late(), patienceMilliseconds)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}

/** True when the account has this credential now, whoever of several attempts put it there. */
async function apply(
  ports: JournalPorts,
  entry: JournalEntry,
  known?: { readonly target: Target; readonly tokens: Tokens },
): Promise<boolean> {
  const { organizationId, accountId, generation, state, at } = entry
  const { accounts } = ports.store
  if (await accounts.commitCredential(organizationId, accountId, generation, state, at)) return true
  const account = await accounts.get(organizationId, accountId)
  const sealed = state.credential
  if (account?.generation === state.generation && sealed && account.credential?.equals(sealed)) return true
  await supersede(ports, entry, account, known)
  return false
}

/** Another generation came first: a reconnect most likely, which holds. What nobody uses goes back or is put aside. */
async function supersede(
  ports: JournalPorts,
  entry: JournalEntry,
  account: AccountRecord | undefined,
  known: { readonly target: Target; readonly tokens: Tokens } | undefined,
): Promise<void> {
  const { organizationId, accountId, state, at, id } = entry
  ports.log.error({ account: accountId, generation: state.generation }, 'a renewed token was superseded')
  if (known && (!account || account.status === 'revoked')) {
    return ports.revocations.discard(known.target, known.tokens)
  }
  if (!account || !state.credential) return
  if (account.status === 'revoked') {
    const target = await loadTarget(ports, organizationId, accountId)
    const owner = { ...account, generation: state.generation }
    const { tokens } = await openCredential(ports.vault, owner, state.credential)
    return tokens && ports.revocations.discard(target, tokens)
  }
  const { generation } = state
  await ports.store.renewalIntents.park({
    ...{ organizationId, accountId, generation, id },
    ...{ sealed: state.credential, at },
  })
}
