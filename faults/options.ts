import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** Which cells to run, and by which seed. */
export interface Options {
  /** Part of the names of cells. */
  readonly only: string
  readonly seed: number
}

const usage = `npm run faults -- [--only <part of a cell's name>] [--seed <number>]
Each cell is named by its database, the provider's rotation and the fault: “postgres strict kill at sent”.`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: '' },
        seed: { type: 'string', default: String(randomInt(2 ** 31)) },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    const seed = Number(values.seed)
    if (!Number.isInteger(seed)) throw new TypeError(`${values.seed} is not a whole number.`)
    return { only: values.only, seed }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}
