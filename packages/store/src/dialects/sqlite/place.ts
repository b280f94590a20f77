import { chmodSync, statSync } from 'node:fs'
import type { Place } from '../../place.ts'

/**
 * The number of the file, which a copy has another of, and when it came to be: file systems give the number of a file
 * that was removed to the next one, which is what a restore makes. Devices have no lasting number.
 */
export async function filePlace(file: string): Promise<Place> {
  const found = stateOf(file)
  if (!found) return {}
  const born = isBirthKnown(found) ? found.birthtimeNs : bornBeforeNow(file)
  return { inode: String(found.ino), ...(born !== undefined && { born: String(born) }) }
}

function stateOf(file: string) {
  return statSync(file, { bigint: true, throwIfNoEntry: false })
}

type FileState = NonNullable<ReturnType<typeof stateOf>>

/** Where the file system does not tell, Node answers zero, or the last change. */
function isBirthKnown({ birthtimeNs, ctimeNs }: FileState): boolean {
  return birthtimeNs > 0n && birthtimeNs !== ctimeNs
}

/** A file that was not changed since it was made looks the same: so it is changed, by nothing but the moment. */
function bornBeforeNow(file: string): bigint | undefined {
  try {
    chmodSync(file, statSync(file).mode & 0o7777)
  } catch {
    return undefined
  }
  const found = stateOf(file)
  return found && isBirthKnown(found) ? found.birthtimeNs : undefined
}
