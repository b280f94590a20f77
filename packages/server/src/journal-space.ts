import { randomBytes } from 'node:crypto'
import { mkdir, stat, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode, writeDurably } from './durable.ts'

/** Enough for the answers of the renewals that are under way when the disk fills up. */
const reserveBytes = 256 * 1024
const leastFreeBytes = 16 * 1024 * 1024
const rememberedMilliseconds = 1000

/** Its file in the journal's folder. */
export const reserveName = 'reserve'

/** Room on the disk that is kept for the journal, and given up when there is no other. */
export class JournalSpace {
  readonly #folder: string
  readonly #now: () => number
  #known: { readonly hasRoom: Promise<boolean>; readonly until: number } | undefined

  constructor(folder: string, now: () => number) {
    this.#folder = folder
    this.#now = now
  }

  /** Whether answers will find room; remembered for a second. */
  hasRoom(): Promise<boolean> {
    const now = this.#now()
    if (this.#known && now < this.#known.until) return this.#known.hasRoom
    // A folder that cannot be looked into cannot be written, either.
    const hasRoom = this.#look().catch(() => false)
    this.#known = { hasRoom, until: now + rememberedMilliseconds }
    return hasRoom
  }

  /** Frees what was kept, if it still is: of several who need it at once one does. */
  async giveUp(): Promise<void> {
    this.#known = undefined
    await unlink(this.#reserve).catch(() => undefined)
  }

  get #reserve(): string {
    return join(this.#folder, reserveName)
  }

  async #look(): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(this.#folder)
    if (bavail * bsize < leastFreeBytes) return false
    if (await this.#isKept()) return true
    // Random: what compresses to nothing keeps no room.
    await writeDurably(this.#reserve, randomBytes(reserveBytes))
    return true
  }

  async #isKept(): Promise<boolean> {
    const found = await stat(this.#reserve).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    })
    return found?.size === reserveBytes
  }
}
