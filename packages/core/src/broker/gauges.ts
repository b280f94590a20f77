import type { assemble } from './assemble.ts'

type Parts = Pick<Awaited<ReturnType<typeof assemble>>, 'recording' | 'ports' | 'base' | 'egress' | 'passage'>

/** How much of what is under way, and was done, in this process. */
export function gaugesOf({ recording, ports, base, egress, passage }: Parts) {
  return {
    callsUnderWay: recording.calls.underWay,
    callEvents: recording.events.counts,
    renewals: ports.renewals.counts,
    revocations: ports.revocations.counts,
    pausedClients: base.admission.pausedClients(),
    upstream: egress.stats(),
    limits: passage.limits.snapshot(),
  }
}
