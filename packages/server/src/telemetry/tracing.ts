import type { CallObserver, CallRecord } from '@sallyport/core'
import type { Logger } from 'pino'
import type { TraceSettings } from './settings.ts'
import { type Api, beginSpan, type CallSpan, endSpan, traceparentOf } from './spans.ts'

/** Traces of calls, on their way to a collector. */
export interface Tracing extends CallObserver {
  /** Sends what has not been sent. */
  close(): Promise<void>
}

/**
 * Loads OpenTelemetry, which reads the standard variables itself, and makes a span of each call. Nothing is
 * registered globally, and nothing instrumented: spans are made of what is known of a call anyhow.
 */
export async function startTracing(
  { protocol, passOn }: TraceSettings,
  realm: string | undefined,
  log: Logger,
): Promise<Tracing> {
  const [api, sdk, resources, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    protocol === 'http/json'
      ? import('@opentelemetry/exporter-trace-otlp-http')
      : import('@opentelemetry/exporter-trace-otlp-proto'),
  ])
  warnOnly(api, log)
  const named = resources.resourceFromAttributes({
    'service.name': 'sallyport',
    ...(realm !== undefined && { 'sallyport.realm': realm }),
  })
  const provider = new sdk.BasicTracerProvider({
    resource: named.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  })
  const tracer = provider.getTracer('sallyport')
  const spans = new WeakMap<CallRecord, CallSpan>()
  return {
    began(record, traceparent) {
      const span = beginSpan(api, tracer, record, traceparent)
      spans.set(record, span)
      if (passOn) record.traceparent = traceparentOf(span.span.spanContext())
    },
    ended(record) {
      const span = spans.get(record)
      if (span) endSpan(api, tracer, span, record)
    },
    close: () => provider.shutdown().catch(() => log.warn('the last traces could not be sent')),
  }
}

/** That it fails, and nothing of what it says: a collector's answer is not ours to log. */
function warnOnly({ diag, DiagLogLevel }: Api, log: Logger): void {
  const warn = () => log.warn('traces could not be sent, or a variable of OpenTelemetry is not understood')
  const silent = () => undefined
  const logger = { error: warn, warn: silent, info: silent, debug: silent, verbose: silent }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
}
