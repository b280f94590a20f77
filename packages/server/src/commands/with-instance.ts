import { randomBytes } from 'node:crypto'
import { chainedStore, createVault, type InstanceMemory, type Journal, type Store } from '@sallyport/core'
import type { Config } from '../config.ts'
import { instanceFile } from '../instance-file.ts'
import { journalsIn } from '../journal-folder.ts'
import { withDatabase } from '../opened-database.ts'

const clock = { now: () => Date.now() }
const random = { bytes: randomBytes }

/** What a word about the database works on. */
export interface OpenedInstance {
  readonly store: Store
  readonly memory: InstanceMemory
  readonly journals: readonly Journal[]
  readonly clock: typeof clock
  readonly random: { bytes(count: number): Buffer }
}

/**
 * Opens the database that is there, and closes it afterwards. An embedded one must not be in use.
 *
 * @throws StartRefused
 */
export function withInstance<Result>(
  config: Config,
  use: (opened: OpenedInstance) => Promise<Result>,
): Promise<Result> {
  return withDatabase({ config, clock, mustExist: true }, async ({ database, outerKeys }) => {
    const { store } = database
    const vault = createVault({ outerKeys, dataKeys: store.dataKeys, clock, random })
    const result = await use({
      store: await chainedStore(store, vault),
      memory: instanceFile(config.dataFolder),
      journals: journalsIn(config.dataFolder),
      clock,
      random,
    })
    await database.close()
    return result
  })
}
