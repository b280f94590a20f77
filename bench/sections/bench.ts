import type { ChildProcess } from 'node:child_process'
import type { Server } from '../contenders.ts'
import type { Cores } from '../cores.ts'
import type { Options } from '../options.ts'

/** What all sections of a run share. */
export interface Bench {
  readonly options: Options
  readonly cores: Cores | undefined
  /** Puts load on whatever it is told to. */
  readonly load: ChildProcess
  /** Behind every server that is measured. */
  readonly upstream: Server
  /** An empty folder for a server's data. */
  newFolder(): string
  readonly say: (text: string) => void
}
