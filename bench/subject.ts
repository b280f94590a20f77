import type { Expected } from './load.ts'

/** A server with what it is asked in one series of rounds. */
export interface Subject {
  readonly name: string
  /** Those of one workload are compared with each other. */
  readonly workload: string
  readonly pid: number
  readonly port: number
  readonly requests: readonly string[]
  readonly expected: Expected
}
