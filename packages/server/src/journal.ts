import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal, JournalEntry } from '@sallyport/core'

const unfinished = '.part'

/**
 * Answers of providers that the database could not take yet, a file each in `<data folder>/journal`, for their owner
 * alone. A file is there whole or not at all, and outlives a power cut.
 */
export function fileJournal(dataFolder: string): Journal {
  const folder = join(dataFolder, 'journal')
  return {
    async append(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, entry.id)
      const text = await open(`${file}${unfinished}`, 'w', 0o600)
      try {
        await text.writeFile(JSON.stringify(toStored(entry)))
        await text.sync()
      } finally {
        await text.close()
      }
      await rename(`${file}${unfinished}`, file)
      await syncFolder(folder)
      await syncFolder(dataFolder)
    },
    async remove(id) {
      await unlink(join(folder, id))
      await syncFolder(folder)
    },
    async entries() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
        throw error
      })
      const whole = names.filter((name) => !name.endsWith(unfinished)).sort()
      return Promise.all(
        whole.map(async (name) => toEntry(JSON.parse(await readFile(join(folder, name), 'utf8')))),
      )
    },
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
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
