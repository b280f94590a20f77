import { readdir, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Journal, JournalEntry } from '@sallyport/core'
import { syncFolder, systemCode, unfinished, writeDurably } from './durable.ts'
import { JournalSpace } from './journal-space.ts'

const diskFull: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])
/** Of the ids of entries, which are their file names. */
const entryPrefix = 'ans_'
/** The processes that have written here since everything in it was settled, one a line. */
const ownersFile = 'owners'

/**
 * Answers of providers that the database could not take yet, a file each in a folder for their owner alone. A file is
 * there whole or not at all, and outlives a power cut. `now` counts milliseconds and never goes back.
 */
export function fileJournal(folder: string, now = () => performance.now()): Journal {
  const space = new JournalSpace(folder, now)
  const owners = join(folder, ownersFile)
  const write = async (file: string, content: string) => {
    await writeDurably(file, content)
    await syncFolder(dirname(folder))
  }
  return {
    async enter(owner) {
      const earlier = await ownersOf(folder)
      await write(owners, [...earlier, owner].join('\n'))
      return earlier
    },
    settle: (owner) => write(owners, owner),
    async append(entry) {
      const append = () => write(join(folder, entry.id), journalText(entry))
      await append().catch(async (error: unknown) => {
        if (!diskFull.has(systemCode(error))) throw error
        await space.giveUp()
        await append()
      })
    },
    async remove(id) {
      await unlink(join(folder, id))
      await syncFolder(folder)
    },
    async entries() {
      const texts = await Promise.all(
        (await entriesOf(folder)).map((name) =>
          unlessMissing(readFile(join(folder, name), 'utf8'), undefined),
        ),
      )
      return texts.flatMap((text) => (text === undefined ? [] : [journalEntry(text)]))
    },
    hasRoom: () => space.hasRoom(),
  }
}

/** Moves what is in one journal to another; should it break off, what is left is moved the next time. */
export async function moveJournal(from: string, to: string): Promise<void> {
  const [owners, entries] = [await ownersOf(from), await entriesOf(from)]
  if (owners.length === 0 && entries.length === 0) return
  const known = new Set([...(await ownersOf(to)), ...owners])
  // First: whose the answers are must be known wherever they are.
  await writeDurably(join(to, ownersFile), [...known].join('\n'))
  for (const name of entries) await rename(join(from, name), join(to, name))
  await syncFolder(to)
  await writeDurably(join(from, ownersFile), '')
}

async function ownersOf(folder: string): Promise<string[]> {
  const text = await unlessMissing(readFile(join(folder, ownersFile), 'utf8'), '')
  return text.split('\n').filter((line) => line !== '')
}

async function entriesOf(folder: string): Promise<string[]> {
  const names: string[] = await unlessMissing(readdir(folder), [])
  return names.filter((name) => name.startsWith(entryPrefix) && !name.endsWith(unfinished)).sort()
}

function unlessMissing<Value, Otherwise>(
  reading: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  return reading.catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return otherwise
    throw error
  })
}

interface Stored extends Omit<JournalEntry, 'state'> {
  readonly state: Omit<JournalEntry['state'], 'credential'> & { readonly credential: string | undefined }
}

/** An answer as a file has it. */
export function journalText({ state, ...entry }: JournalEntry): string {
  const stored: Stored = { ...entry, state: { ...state, credential: state.credential?.toString('base64') } }
  return JSON.stringify(stored)
}

/** Members that JSON leaves out are read as undefined, which is what they were. */
export function journalEntry(text: string): JournalEntry {
  const { state, ...entry } = JSON.parse(text) as Stored
  const credential = state.credential === undefined ? undefined : Buffer.from(state.credential, 'base64')
  return { ...entry, state: { ...state, credential } }
}
