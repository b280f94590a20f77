import { type EventRetention, Secret } from '@sallyport/core'

/** What the environment says of logs, metrics, traces and events. */
export interface TelemetrySettings {
  readonly logLevel: LogLevel
  /** Share of calls that are logged one by one: 0 to 1. */
  readonly loggedCalls: number
  /** What `/metrics` asks for. */
  readonly metricsToken: Secret | undefined
  readonly retention: EventRetention
  /** Undefined: no traces. */
  readonly traces: TraceSettings | undefined
}

/** What we decide of traces; the rest of the standard variables is read by OpenTelemetry itself. */
export interface TraceSettings {
  readonly protocol: TraceProtocol
  /** Whether APIs are told of the trace. */
  readonly passOn: boolean
}

const logLevels = ['debug', 'info', 'warn', 'error'] as const
type LogLevel = (typeof logLevels)[number]

const protocols = ['http/protobuf', 'http/json'] as const
type TraceProtocol = (typeof protocols)[number]

type Environment = Readonly<Record<string, string | undefined>>
type NameFault = (variable: string, text: string) => undefined

/** Reads them, and names what is wrong. */
export function readTelemetry(environment: Environment, fault: NameFault): TelemetrySettings {
  return {
    logLevel: oneOf(environment, 'SALLYPORT_LOG_LEVEL', logLevels, fault) ?? 'info',
    loggedCalls: readShare(environment, fault),
    metricsToken: readToken(environment, fault),
    retention: {
      days: readNumber(environment, 'SALLYPORT_EVENT_DAYS', { from: 1, to: 3650, usual: 30 }, fault),
      callBytes:
        readNumber(
          environment,
          'SALLYPORT_CALL_EVENT_MEGABYTES',
          { from: 0, to: 1_000_000, usual: 256 },
          fault,
        ) *
        1024 *
        1024,
    },
    traces: readTraces(environment, fault),
  }
}

function oneOf<Value extends string>(
  environment: Environment,
  variable: string,
  values: readonly Value[],
  fault: NameFault,
): Value | undefined {
  const text = environment[variable]
  if (text === undefined || text === '') return undefined
  const found = values.find((value) => value === text)
  return found ?? fault(variable, `must be one of ${values.join(', ')}.`)
}

function readShare(environment: Environment, fault: NameFault): number {
  const text = environment.SALLYPORT_LOG_CALLS ?? '0'
  if (/^(0|1|0?\.\d{1,9}|1\.0+)$/.test(text)) return Number(text)
  fault('SALLYPORT_LOG_CALLS', 'must be a share from 0 to 1, as 0.01 for one call of a hundred.')
  return 0
}

function readToken(environment: Environment, fault: NameFault): Secret | undefined {
  const text = environment.SALLYPORT_METRICS_TOKEN
  if (text === undefined) return undefined
  if (/^[\x21-\x7e]{16,256}$/.test(text)) return new Secret(text)
  return fault('SALLYPORT_METRICS_TOKEN', 'must be 16 to 256 visible ASCII characters without spaces.')
}

function readNumber(
  environment: Environment,
  variable: string,
  { from, to, usual }: { readonly from: number; readonly to: number; readonly usual: number },
  fault: NameFault,
): number {
  const text = environment[variable]
  if (text === undefined) return usual
  const number = Number(text)
  if (/^\d{1,7}$/.test(text) && number >= from && number <= to) return number
  fault(variable, `must be a number from ${from} to ${to}.`)
  return usual
}

function readTraces(environment: Environment, fault: NameFault): TraceSettings | undefined {
  const passOn = oneOf(environment, 'SALLYPORT_TRACE_CONTEXT', ['on', 'off'], fault) === 'on'
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT
  const exporter = environment.OTEL_TRACES_EXPORTER || 'otlp'
  const isOff = environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none'
  if (isOff || !endpoint) return undefined
  if (exporter !== 'otlp') fault('OTEL_TRACES_EXPORTER', 'must be otlp or none.')
  if (!URL.canParse(endpoint) || !/^https?:/i.test(endpoint)) {
    fault('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be an http or https address.')
  }
  const variable = environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL
    ? 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_PROTOCOL'
  return { protocol: oneOf(environment, variable, protocols, fault) ?? 'http/protobuf', passOn }
}
