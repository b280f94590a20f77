import type { InstanceMemory, InstanceSeen, Journal, JournalEntry } from '@sallyport/core'
import type { Oracle } from './oracle.ts'
import type { Turns } from './turns.ts'

/** What of a node's folder outlives its processes. */
export class Disk {
  readonly entries = new Map<string, { readonly entry: JournalEntry; readonly since: number }>()
  owners: readonly string[] = []
  #seen: InstanceSeen | undefined

  /** What it remembers of the database. */
  readonly memory: InstanceMemory = {
    read: async () => this.#seen,
    write: async (seen) => {
      this.#seen = seen
    },
  }
}

/** A journal on such a disk, for one process. */
export function simulatedJournal(
  disk: Disk,
  {
    who,
    turns,
    oracle,
    now,
    isFull,
  }: {
    readonly who: string
    readonly turns: Turns
    readonly oracle: Oracle
    readonly now: () => number
    readonly isFull: () => boolean
  },
): Journal {
  return {
    async enter(owner) {
      await turns.take(who, 'journal.enter')
      const earlier = disk.owners
      disk.owners = [...earlier, owner]
      return earlier
    },
    async settle(owner) {
      await turns.take(who, 'journal.settle')
      disk.owners = [owner]
    },
    async append(entry) {
      await turns.take(who, 'journal.append')
      if (isFull()) throw new Error('no space left on device')
      disk.entries.set(entry.id, { entry, since: now() })
      oracle.durable(who)
      await turns.take(who, 'journal.append is heard')
    },
    async remove(id) {
      await turns.take(who, 'journal.remove')
      disk.entries.delete(id)
    },
    hasRoom: async () => true,
    async entries() {
      await turns.take(who, 'journal.entries')
      return [...disk.entries.values()].map(({ entry }) => entry)
    },
  }
}
