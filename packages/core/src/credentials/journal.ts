import { withState } from '../account-ports.ts'
import { SallyportError, traceOf } from '../error.ts'
import { newId } from '../id.ts'
import type { AccountRecord, Journal, JournalEntry, Log, Random, RenewalStep, Timers } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'
import { VaultError } from '../vault/vault-error.ts'
import { type CommitPorts, connectedState } from './commit.ts'
import { onSuperseded } from './protocol.ts'
import type { Revocations } from './revocations.ts'
import { isSameCredential, openCredential, resealCredential } from './seal.ts'
import { loadTarget, type Target, type TargetPorts } from './target.ts'

export interface JournalPorts extends CommitPorts, TargetPorts {
  readonly random: Random
  readonly timers: Timers
  readonly log: Log
  readonly journal: Journal
  /** Told of each step that is reached. */
  readonly reached?: ((step: RenewalStep, accountId: string) => void | Promise<void>) | undefined
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
  const state = await connectedState(ports, target, { ...target.credential, tokens })
  const { organizationId, id: accountId, generation } = account
  const at = ports.clock.now()
  const entry = { id: newId('ans', ports), organizationId, accountId, generation, state, at }
  const written = new Written(ports, entry)
  for (let failures = 0; ; failures += 1) {
    try {
      await ports.reached?.('commit', accountId)
      const isCommitted = await unlessPrompt(ports.timers, apply(ports, entry, { target, tokens }), () =>
        written.begin(),
      )
      await ports.reached?.('committed', accountId)
      await written.remove()
      return isCommitted ? withState(account, state, at) : undefined
    } catch (cause) {
      ports.log.error({ account: accountId, cause: traceOf(cause) }, 'a renewed token could not be committed')
      const isSafe = await written.begin()
      if (isSafe && closing.aborted) throw new SallyportError('renewal_unavailable', { cause })
      const pause = Math.min(100 * 2 ** failures, longestPauseMilliseconds)
      await ports.timers.wait(pause, isSafe ? closing : undefined)
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
      await ports.reached?.('drain', accountId)
      const current = await sealedAnew(ports, entry)
      const isCommitted = current !== undefined && (await apply(ports, current))
      await ports.journal.remove(id)
      await ports.reached?.('drained', accountId)
      ports.log.info({ account: accountId, generation, isCommitted }, 'journal entry ended')
    } catch (cause) {
      left.add(accountId)
      ports.log.error({ account: accountId, cause: traceOf(cause) }, 'journal entry left as it is')
    }
  }
  return left
}

/**
 * The same with the key that is active now: while a node was away its organization's keys may have turned. Undefined
 * where the key is gone that it was sealed with: nobody can open it, and the account stays as it is.
 */
async function sealedAnew(ports: JournalPorts, entry: JournalEntry): Promise<JournalEntry | undefined> {
  const { organizationId, accountId, state } = entry
  const account = state.credential && (await ports.store.accounts.get(organizationId, accountId))
  if (!state.credential || !account) return entry
  const owner = { ...account, generation: state.generation }
  try {
    return {
      ...entry,
      state: { ...state, credential: await resealCredential(ports.vault, owner, state.credential) },
    }
  } catch (cause) {
    if (!(cause instanceof VaultError) || cause.code !== 'retired_key') throw cause
    ports.log.error({ account: accountId, cause: traceOf(cause) }, 'a renewed token was lost with its key')
    return undefined
  }
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
    this.#writing ??= this.#write().then(
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

  async #write(): Promise<void> {
    const { journal, reached } = this.#ports
    await reached?.('journal', this.#entry.accountId)
    await journal.append(this.#entry)
    await reached?.('journaled', this.#entry.accountId)
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

async function unlessPrompt<Result>(
  timers: Timers,
  work: Promise<Result>,
  late: () => Promise<unknown>,
): Promise<Result> {
  const ended = new AbortController()
  void timers.wait(patienceMilliseconds, ended.signal).then(() => ended.signal.aborted || late())
  try {
    return await work
  } finally {
    ended.abort()
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
  const verdict = onSuperseded(
    account && {
      holdsIt:
        account.generation === state.generation &&
        (await isSameCredential(ports.vault, account, [account.credential, state.credential])),
      isDisconnected: account.status === 'revoked',
    },
  )
  if (verdict === 'ours') return true
  ports.log.error({ account: accountId, generation: state.generation }, 'a renewed token was superseded')
  if (verdict === 'put_aside') await putAside(ports, entry)
  else if (known) await ports.revocations.discard(known.target, known.tokens)
  else if (verdict === 'give_back' && account) await giveBack(ports, entry, account)
  return false
}

/** An answer of the journal, whose account has been disconnected since. */
async function giveBack(ports: JournalPorts, entry: JournalEntry, account: AccountRecord): Promise<void> {
  const { organizationId, accountId, state } = entry
  if (!state.credential) return
  const target = await loadTarget(ports, organizationId, accountId)
  const owner = { ...account, generation: state.generation }
  const { tokens } = await openCredential(ports.vault, owner, state.credential)
  if (tokens) await ports.revocations.discard(target, tokens)
}

/** Another generation came first, a reconnect most likely, which holds. */
async function putAside(ports: JournalPorts, entry: JournalEntry): Promise<void> {
  const { organizationId, accountId, state, at, id } = entry
  if (!state.credential) return
  const { generation } = state
  await ports.store.renewalIntents.park({
    ...{ organizationId, accountId, generation, id },
    ...{ sealed: state.credential, at },
  })
}
