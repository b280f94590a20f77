import type { SchemePorts } from './scheme.ts'

/** Names of what every request brings anew. */
export const requestValueNames = [
  'request.timestamp',
  'request.timestampMs',
  'request.iso',
  'request.random',
] as const

/** The moment and a fresh UUID, as template values. */
export function requestValues({
  clock,
  random,
}: Pick<SchemePorts, 'clock' | 'random'>): Record<(typeof requestValueNames)[number], string> {
  const now = clock.now()
  return {
    'request.timestamp': String(Math.floor(now / 1000)),
    'request.timestampMs': String(now),
    'request.iso': new Date(now).toISOString(),
    'request.random': randomUuid(random),
  }
}

/** RFC 9562 §5.4. */
function randomUuid(random: SchemePorts['random']): string {
  const bytes = Buffer.from(random.bytes(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
