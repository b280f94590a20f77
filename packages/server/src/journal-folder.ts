import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '@sallyport/core'
import { FolderInUse, holdFolder } from '@sallyport/store'
import { fileJournal } from './journal.ts'

/** A journal that no other process writes to until it is released. */
export interface HeldJournal {
  readonly journal: Journal
  release(): void
}

/**
 * Takes the first journal of a data folder that no living process has: `journal`, `journal-2`… What those left in it that
 * have ended is this process's to bring home.
 */
export function holdJournal(dataFolder: string): HeldJournal {
  for (let number = 1; ; number += 1) {
    const folder = join(dataFolder, number === 1 ? 'journal' : `journal-${number}`)
    try {
      const hold = holdFolder(folder)
      return { journal: fileJournal(folder), release: () => hold.close() }
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error
    }
  }
}

/** Every journal of a data folder that no process serves from. */
export function journalsIn(dataFolder: string): Journal[] {
  const names = readdirSync(dataFolder).filter((name) => /^journal(-\d+)?$/.test(name))
  return names.map((name) => fileJournal(join(dataFolder, name)))
}
