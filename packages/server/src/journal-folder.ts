import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal, JournalEntry } from '@sallyport/core'
import { FolderInUse, holdFolder } from '@sallyport/store'
import { fileJournal, moveJournal } from './journal.ts'

/** A journal that no other process writes to until it is released. */
export interface HeldJournal {
  readonly journal: Journal
  readonly folder: string
  release(): void
}

/**
 * Takes the first journal of a data folder that no living process has: `journal`, `journal-2`… What those left in it that
 * have ended is this process's to bring home.
 */
export function holdJournal(dataFolder: string): HeldJournal {
  for (let number = 1; ; number += 1) {
    const folder = join(dataFolder, number === 1 ? 'journal' : `journal-${number}`)
    const hold = unlessInUse(folder)
    if (hold) return { journal: fileJournal(folder), folder, release: () => hold.close() }
  }
}

/**
 * Moves what is in the journals that nobody has into this one: of processes that ended, where fewer serve now. To be
 * called before anything is read of it.
 */
export async function gatherJournals(dataFolder: string, own: HeldJournal): Promise<void> {
  for (const name of journalNames(dataFolder)) {
    const folder = join(dataFolder, name)
    if (folder === own.folder) continue
    const hold = unlessInUse(folder)
    if (!hold) continue
    try {
      await moveJournal(folder, own.folder)
    } finally {
      hold.close()
    }
  }
}

/** Every journal of a data folder that no process serves from. */
export function journalsIn(dataFolder: string): Journal[] {
  return journalNames(dataFolder).map((name) => fileJournal(join(dataFolder, name)))
}

/** The answers in all journals of a data folder, whether processes serve from it or not; none where there is no folder. */
export async function answersIn(dataFolder: string): Promise<JournalEntry[]> {
  const answers = await Promise.all(journalsIn(dataFolder).map((journal) => journal.entries()))
  return answers.flat()
}

function journalNames(dataFolder: string): string[] {
  if (!existsSync(dataFolder)) return []
  return readdirSync(dataFolder).filter((name) => /^journal(-\d+)?$/.test(name))
}

function unlessInUse(folder: string): ReturnType<typeof holdFolder> | undefined {
  try {
    return holdFolder(folder)
  } catch (error) {
    if (error instanceof FolderInUse) return undefined
    throw error
  }
}
