import { parseArgs } from 'node:util'

/** How long and how often to measure. */
export interface Options {
  readonly rounds: number
  /** Of one contender with one kind of request, in one round. */
  readonly seconds: number
  readonly connections: number
  readonly only: readonly SectionName[]
}

/** Parts of a run, in order. */
export const sectionNames = ['calls', 'accounts', 'keys', 'download', 'latency', 'workers'] as const
export type SectionName = (typeof sectionNames)[number]

const usage = `npm run bench -- [--only calls,accounts] [--rounds 7] [--seconds 1] [--connections 64]
Parts: ${sectionNames.join(', ')}. Seven rounds are a good record; figures of one round say little.`

/** The command line, read; exits where it cannot be. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '1' },
        connections: { type: 'string', default: '64' },
        only: { type: 'string', default: sectionNames.join() },
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
      only: values.only.split(',').map(sectionName),
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    process.exit(64)
  }
}

function sectionName(text: string): SectionName {
  const name = sectionNames.find((each) => each === text)
  if (name) return name
  throw new TypeError(`There is no part ${text}.`)
}

function whole(text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new TypeError(`${text} is not a whole number from ${least} to ${most}.`)
}
