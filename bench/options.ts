import { parseArgs } from 'node:util'

/** How long and how often to measure. */
export interface Options {
  readonly rounds: number
  /** Of one contender with one kind of request, in one round. */
  readonly seconds: number
  readonly connections: number
}

const usage = `npm run bench -- [--rounds 5] [--seconds 1] [--connections 64]
Seven rounds are a good record; figures of one round say little.`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '1' },
        connections: { type: 'string', default: '64' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    return {
      rounds: whole(values.rounds, 1, 1000),
      seconds: whole(values.seconds, 1, 600),
      connections: whole(values.connections, 1, 1024),
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}

function whole(text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new TypeError(`${text} is not a whole number from ${least} to ${most}.`)
}
