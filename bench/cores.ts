import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Where processes run: the server under test alone on one core, everything else on the other. */
export interface Cores {
  readonly server: string
  readonly others: string
}

/** The first two cores that this process may use; undefined where nothing can be pinned. */
export function coresForPinning(): Cores | undefined {
  const [server, others] = allowedCores()
  if (server === undefined || others === undefined) return undefined
  const works = [server, others].every((core) => spawnSync('taskset', ['-c', core, 'true']).status === 0)
  return works ? { server, others } : undefined
}

/** From `Cpus_allowed_list: 0-1,4`, because a container's cores need not begin at 0. */
function allowedCores(): string[] {
  try {
    const [, list = ''] =
      /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return list.split(',').flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
    })
  } catch {
    return []
  }
}
