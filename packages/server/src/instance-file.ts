import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceMemory, InstanceSeen } from '@sallyport/core'
import { systemCode, writeDurably } from './durable.ts'
import { StartRefused } from './start-refused.ts'

/**
 * `<data folder>/instance`: which database this node serves, and how far it has seen it come. Kept apart from the
 * database, so that one that was set back is noticed.
 */
export function instanceFile(dataFolder: string): InstanceMemory {
  const file = join(dataFolder, 'instance')
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return undefined
      const seen = parsed(text)
      if (seen) return seen
      throw new StartRefused([
        `${file} cannot be read. Put it back; or remove it, if the database is the one that this node served, and was not set back.`,
      ])
    },
    write: ({ id, epoch }) => writeDurably(file, `${JSON.stringify({ id, epoch })}\n`),
  }
}

function parsed(text: string): InstanceSeen | undefined {
  try {
    const { id, epoch } = JSON.parse(text) as Partial<Record<keyof InstanceSeen, unknown>>
    return typeof id === 'string' && Number.isSafeInteger(epoch) ? { id, epoch: Number(epoch) } : undefined
  } catch {
    return undefined
  }
}
