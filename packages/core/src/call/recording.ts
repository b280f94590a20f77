import type { EventRetention } from '../ports.ts'
import { type CallEventPorts, CallEvents } from './call-events.ts'
import { type CallObserver, Calls } from './calls.ts'
import { LastUsed } from './last-used.ts'

export interface RecordingPorts extends CallEventPorts {
  readonly store: CallEventPorts['store'] & ConstructorParameters<typeof LastUsed>[0]['store']
  readonly retention?: EventRetention
  readonly observers?: readonly CallObserver[]
}

/** What is noted of calls, and written down off their path. */
export function createRecording(ports: RecordingPorts) {
  const lastUsed = new LastUsed(ports)
  const events = new CallEvents(ports)
  return {
    lastUsed,
    events,
    calls: new Calls(ports.retention?.callBytes === 0 ? undefined : events, ports.observers ?? []),
    /** Writes down what is kept in memory for a moment. */
    async flush(): Promise<void> {
      await Promise.all([lastUsed.flush(), events.flush()])
    },
  }
}
