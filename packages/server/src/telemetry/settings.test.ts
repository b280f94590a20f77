import { expect, test } from 'vitest'
import { readTelemetry } from './settings.ts'

function read(environment: Readonly<Record<string, string>>) {
  const faults: string[] = []
  const settings = readTelemetry(environment, (variable, text) => {
    faults.push(`${variable} ${text}`)
    return undefined
  })
  return { settings, faults }
}

test('without variables, events are kept in a bound, and nothing is logged of calls, traced or asked for', () => {
  expect(read({})).toEqual({
    settings: {
      logLevel: 'info',
      loggedCalls: 0,
      metricsToken: undefined,
      retention: { days: 30, callBytes: 256 * 1024 * 1024 },
      traces: undefined,
    },
    faults: [],
  })
})

test('what is said holds', () => {
  const { settings, faults } = read({
    SALLYPORT_LOG_LEVEL: 'debug',
    SALLYPORT_LOG_CALLS: '0.25',
    SALLYPORT_METRICS_TOKEN: 'a-token-that-is-long',
    SALLYPORT_EVENT_DAYS: '7',
    SALLYPORT_CALL_EVENT_MEGABYTES: '0',
    SALLYPORT_TRACE_CONTEXT: 'on',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  expect(faults).toEqual([])
  expect(settings).toMatchObject({
    logLevel: 'debug',
    loggedCalls: 0.25,
    retention: { days: 7, callBytes: 0 },
    traces: { protocol: 'http/json', passOn: true },
  })
  expect(settings.metricsToken?.reveal()).toBe('a-token-that-is-long')
})

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

test.each([
  [{ OTEL_SDK_DISABLED: 'true' }],
  [{ OTEL_TRACES_EXPORTER: 'none' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('there are no traces with %o', (variables) => {
  expect(read({ ...endpoint, ...variables })).toMatchObject({ settings: { traces: undefined }, faults: [] })
})

test('traces may have an endpoint and a protocol of their own', () => {
  const own = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example.com/v1/traces',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  }
  expect(read(own).settings.traces).toEqual({ protocol: 'http/protobuf', passOn: false })
})

test.each([
  ['SALLYPORT_LOG_LEVEL', 'loud'],
  ['SALLYPORT_LOG_CALLS', '1.5'],
  ['SALLYPORT_LOG_CALLS', 'all'],
  ['SALLYPORT_METRICS_TOKEN', 'short'],
  ['SALLYPORT_EVENT_DAYS', '0'],
  ['SALLYPORT_CALL_EVENT_MEGABYTES', '-1'],
  ['SALLYPORT_TRACE_CONTEXT', 'yes'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_TRACES_EXPORTER', 'zipkin'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
])('%s=%s is refused by name, and not repeated', (variable, value) => {
  const { faults } = read({ ...endpoint, [variable]: value })
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(new RegExp(`^${variable} must be `))
  if (variable === 'SALLYPORT_METRICS_TOKEN') expect(faults[0]).not.toContain(value)
})
