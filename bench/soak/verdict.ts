import { median } from '../statistics.ts'
import type { Reading } from './readings.ts'

/**
 * Memory is flat when in the last quarter of the time the median of what is resident exceeds that of the second
 * quarter by a tenth at most, and the median of what the heap keeps by 8 MB at most. The first quarter is for caches to
 * fill and code to be compiled.
 */
export const rule =
  'flat: medians of the last quarter exceed those of the second by at most 10 % resident, and 8 MB of the heap'

const tolerated = { residentShare: 0.1, heapMegabytes: 8, sockets: 4, handles: 8 }

/** What speaks against a soak; nothing where it was well. */
export function faultsOf(readings: readonly Reading[], before: Reading, after: Reading): string[] {
  const quarter = (from: number) =>
    readings.slice(Math.floor((readings.length * from) / 4), Math.floor((readings.length * (from + 1)) / 4))
  const [second, last] = [quarter(1), quarter(3)]
  const resident = [second, last].map((part) => median(part.map((reading) => reading.residentMegabytes)))
  const heap = [second, last].map((part) => median(part.map(({ heapMegabytes }) => heapMegabytes ?? 0)))
  const [residentThen = 0, residentNow = 0] = resident
  const [heapThen = 0, heapNow = 0] = heap
  return [
    ...(residentNow > residentThen * (1 + tolerated.residentShare)
      ? [`resident memory grew from ${residentThen.toFixed()} to ${residentNow.toFixed()} MB`]
      : []),
    ...(heapNow > heapThen + tolerated.heapMegabytes
      ? [`what the heap keeps grew from ${heapThen.toFixed()} to ${heapNow.toFixed()} MB`]
      : []),
    ...(after.sockets > before.sockets + tolerated.sockets
      ? [`${after.sockets} sockets are left, where there were ${before.sockets}`]
      : []),
    ...(after.handles > before.handles + tolerated.handles
      ? [`${after.handles} handles are left, where there were ${before.handles}`]
      : []),
  ]
}
