import type { Reading } from './readings.ts'

const width = 40

export const chartHeading = '  time  resident MB  heap MB  sockets  handles'

/** One line of the chart: figures, and resident memory as a bar. */
export function chartLine(reading: Reading, most: number): string {
  const { at, residentMegabytes, heapMegabytes, sockets, handles } = reading
  const minutes = Math.floor(at / 60)
  const seconds = String(Math.floor(at % 60)).padStart(2, '0')
  const bar = '█'.repeat(Math.min(width, Math.round((residentMegabytes / most) * width)))
  return [
    `${minutes}:${seconds}`.padStart(6),
    residentMegabytes.toFixed(1).padStart(12),
    (heapMegabytes?.toFixed(1) ?? '-').padStart(8),
    String(sockets).padStart(8),
    String(handles).padStart(8),
    ` ${bar}`,
  ].join(' ')
}
