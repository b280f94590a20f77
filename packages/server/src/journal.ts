import { readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal, JournalEntry } from '@sallyport/core'
import { syncFolder, systemCode, unfinished, writeDurably } from './durable.ts'
import { JournalSpace, reserveName } from './journal-space.ts'

const diskFull: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])

/**
 * Answers of providers that the database could not take yet, a file each in `<data folder>/journal`, for their owner
 * alone. A file is there whole or not at all, and outlives a power cut. `now` counts milliseconds and never goes back.
 */
export function fileJournal(dataFolder: string, now = () => performance.now()): Journal {
  const folder = join(dataFolder, 'journal')
  const space = new JournalSpace(folder, now)
  return {
    async append(entry) {
      const write = () => writeDurably(join(folder, entry.id), JSON.stringify(toStored(entry)))
      await write().catch(async (error: unknown) => {
        if (!diskFull.has(systemCode(error))) throw error
        await space.giveUp()
        await write()
      })
      await syncFolder(dataFolder)
    },
    async remove(id) {
      await unlink(join(folder, id))
      await syncFolder(folder)
    },
    async entries() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return []
        throw error
      })
      const whole = names.filter((name) => name !== reserveName && !name.endsWith(unfinished)).sort()
      return Promise.all(
        whole.map(async (name) => toEntry(JSON.parse(await readFile(join(folder, name), 'utf8')))),
      )
    },
    hasRoom: () => space.hasRoom(),
  }
}

interface Stored extends Omit<JournalEntry, 'state'> {
  readonly state: Omit<JournalEntry['state'], 'credential'> & { readonly credential: string | undefined }
}

function toStored({ state, ...entry }: JournalEntry): Stored {
  return { ...entry, state: { ...state, credential: state.credential?.toString('base64') } }
}

/** Members that JSON leaves out are read as undefined, which is what they were. */
function toEntry({ state, ...entry }: Stored): JournalEntry {
  const credential = state.credential === undefined ? undefined : Buffer.from(state.credential, 'base64')
  return { ...entry, state: { ...state, credential } }
}
