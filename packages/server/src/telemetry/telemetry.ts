import type { Broker, CallObserver } from '@sallyport/core'
import type { Logger } from 'pino'
import { CallCounters } from './call-counters.ts'
import { CallLog } from './call-log.ts'
import { Metrics, type MetricsPart } from './metrics.ts'
import type { TelemetrySettings } from './settings.ts'
import { startTracing } from './tracing.ts'

/** All that is told of the calls of one realm besides their events. */
export async function startTelemetry(
  { traces, loggedCalls }: TelemetrySettings,
  part: MetricsPart,
  log: Logger,
) {
  const counters = new CallCounters()
  const tracing = traces && (await startTracing(traces, part.realm, log))
  const observers: CallObserver[] = [counters, new CallLog(log, loggedCalls)]
  if (tracing) observers.push(tracing)
  return {
    observers,
    metrics: (gauges: Broker['gauges']) => new Metrics(counters, gauges, part),
    /** Sends what has not been sent. */
    async close(): Promise<void> {
      await tracing?.close()
    },
  }
}
