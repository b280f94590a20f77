import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** Which cells to run, and by which seed. */
export interface Options {
  /** Part of the names of cells. */
  readonly only: string
  readonly seed: number
  /** How many schedules follow the cells. */
  readonly schedules: number
}

const usage = `npm run faults -- [--only <part of a cell's name>] [--schedules <count>] [--seed <number>]
Schedules follow the cells: 20,000, or none with --only. Each cell is named by its database, the provider's rotation and the fault: “postgres strict kill at sent”.`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: '' },
        schedules: { type: 'string' },
        seed: { type: 'string', default: String(randomInt(2 ** 31)) },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    const seed = whole(values.seed)
    return { only: values.only, seed, schedules: whole(values.schedules ?? (values.only ? '0' : '20000')) }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`${text} is not a whole number.`)
  return Number(text)
}
