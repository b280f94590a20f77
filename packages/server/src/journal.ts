import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Journal, JournalEntry } from '@sallyport/core'

const unfinished = '.part'
/** Of the ids of entries, which are their file names. */
const entryPrefix = 'ans_'
/** The processes that have written here since everything in it was settled, one a line. */
const ownersFile = 'owners'

/**
 * Answers of providers that the database could not take yet, a file each in a folder for their owner alone. A file is there whole or not at all, and outlives a power cut.
 */
export function fileJournal(folder: string): Journal {
  const owners = join(folder, ownersFile)
  return {
    async enter(owner) {
      const earlier = await lines(owners)
      await write(owners, [...earlier, owner].join('\n'))
      return earlier
    },
    settle: (owner) => write(owners, owner),
    append: (entry) => write(join(folder, entry.id), JSON.stringify(toStored(entry))),
    async remove(id) {
      await unlink(join(folder, id))
      await syncFolder(folder)
    },
    async entries() {
      const names = await unlessMissing(readdir(folder), [])
      const whole = names.filter((name) => name.startsWith(entryPrefix) && !name.endsWith(unfinished)).sort()
      return Promise.all(
        whole.map(async (name) => toEntry(JSON.parse(await readFile(join(folder, name), 'utf8')))),
      )
    },
  }

  /** Whole or not at all, and durable once it resolves. */
  async function write(file: string, content: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const text = await open(`${file}${unfinished}`, 'w', 0o600)
    try {
      await text.writeFile(content)
      await text.sync()
    } finally {
      await text.close()
    }
    await rename(`${file}${unfinished}`, file)
    await syncFolder(folder)
    await syncFolder(dirname(folder))
  }
}

async function lines(file: string): Promise<string[]> {
  const text = await unlessMissing(readFile(file, 'utf8'), '')
  return text.split('\n').filter((line) => line !== '')
}

function unlessMissing<Value>(reading: Promise<Value>, otherwise: Value): Promise<Value> {
  return reading.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise
    throw error
  })
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
