import type { AccountRecord, Store } from '../ports.ts'
import type { Generations } from './generations.ts'

/**
 * The same store, which notices when an account stands at an earlier generation than this process knows of: that is
 * never so unless the database was set back.
 */
export function watchedStore(store: Store, generations: Generations, onSetBack: () => void): Store {
  const note: Note = ({ id, generation }) => generations.note(id, generation)
  return {
    ...watched(store, { generations, onSetBack, noted: note }),
    async recorded(organizationId, run, entry) {
      let written: Parameters<Note>[0][] = []
      const result = await store.recorded(
        organizationId,
        (inner) => {
          // It may run again, after all that it wrote was undone.
          written = []
          return run(watched(inner, { generations, onSetBack, noted: (account) => written.push(account) }))
        },
        entry,
      )
      written.forEach(note)
      return result
    },
  }
}

type Note = (account: Pick<AccountRecord, 'id' | 'generation'>) => void

interface Watch {
  readonly generations: Generations
  readonly onSetBack: () => void
  /** Told of what is known from now on. */
  readonly noted: (account: Pick<AccountRecord, 'id' | 'generation'>) => unknown
}

function watched(store: Store, { generations, onSetBack, noted }: Watch): Store {
  const { accounts, schedule } = store
  const seen = (account: AccountRecord, known: number | undefined) => {
    const isEarlier = known !== undefined && account.generation < known
    // Unless all was forgotten meanwhile, because the database is taken as it is.
    if (isEarlier && generations.of(account.id) !== undefined) onSetBack()
    noted(account)
  }
  return {
    ...store,
    schedule: {
      ...schedule,
      async claim(due, now, until) {
        const known = new Map(due.map(({ id }) => [id, generations.of(id)]))
        const claimed = await schedule.claim(due, now, until)
        for (const account of claimed) seen(account, known.get(account.id))
        return claimed
      },
    },
    accounts: {
      ...accounts,
      async get(organizationId, id) {
        // Asked before: a read may well be older than what was committed while it was under way.
        const known = generations.of(id)
        const account = await accounts.get(organizationId, id)
        if (account) seen(account, known)
        return account
      },
      async update(account) {
        const isUpdated = await accounts.update(account)
        if (isUpdated) noted(account)
        return isUpdated
      },
      async commitCredential(organizationId, id, fromGeneration, state, at) {
        const isCommitted = await accounts.commitCredential(organizationId, id, fromGeneration, state, at)
        if (isCommitted) noted({ id, generation: state.generation })
        return isCommitted
      },
    },
  }
}
