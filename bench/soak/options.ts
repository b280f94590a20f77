import { parseArgs } from 'node:util'

export interface Options {
  readonly minutes: number
  readonly gigabytes: number
}

const usage = `npm run soak -- [--minutes 15] [--gigabytes 1]
Less than 10 minutes say little of memory: what is collected seldom has not been collected twice.`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '15' },
        gigabytes: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    return { minutes: within(values.minutes, 0.5, 10_000), gigabytes: within(values.gigabytes, 0.01, 100) }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}

function within(text: string, least: number, most: number): number {
  const value = Number(text)
  if (value >= least && value <= most) return value
  throw new TypeError(`${text} is not a number from ${least} to ${most}.`)
}
