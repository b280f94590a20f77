import { parseArgs } from 'node:util'

/** Parts of the benchmark that can be had alone. */
export const parts = ['queries', 'starts', 'renewals', 'revocations'] as const
export type Part = (typeof parts)[number]

/** What to measure, and on how much. */
export interface Options {
  /** In the large database; the small one has ten thousand. */
  readonly accounts: number
  readonly parts: readonly Part[]
  /** Processes that renew. */
  readonly nodes: number
  /** Of sustained renewals, after the lead-in. */
  readonly seconds: number
}

const usage = `npm run bench:scale -- [--accounts 1000000] [--only queries|starts|renewals|revocations] [--nodes 1] [--seconds 60]`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        accounts: { type: 'string', default: '1000000' },
        only: { type: 'string', multiple: true, default: [] },
        nodes: { type: 'string', default: '1' },
        seconds: { type: 'string', default: '60' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    const only = values.only.map(partOf)
    return {
      accounts: whole(values.accounts, 20_000, 10_000_000),
      parts: only.length > 0 ? only : parts,
      nodes: whole(values.nodes, 1, 4),
      seconds: whole(values.seconds, 5, 3600),
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}

function partOf(text: string): Part {
  const part = parts.find((name) => name === text)
  if (part) return part
  throw new TypeError(`${text} is none of ${parts.join(', ')}.`)
}

function whole(text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new TypeError(`${text} is not a whole number from ${least} to ${most}.`)
}
