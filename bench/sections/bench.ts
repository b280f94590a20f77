import type { ChildProcess } from 'node:child_process'
import type { Server } from '../contenders.ts'
import type { Cores } from '../cores.ts'
import type { Options } from '../options.ts'
import { type MeasuredSallyport, startSallyport } from '../sallyport.ts'

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

/** Sallyport with its defaults, alone on its core where cores can be pinned. */
export function startPinned({ cores, newFolder, upstream }: Bench): Promise<MeasuredSallyport> {
  return startSallyport({ core: cores?.server, dataFolder: newFolder(), upstreamPort: upstream.port })
}
