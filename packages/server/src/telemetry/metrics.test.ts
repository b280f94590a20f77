import { Attempt, CallRecord } from '@sallyport/core'
import { expect, test } from 'vitest'
import { CallCounters } from './call-counters.ts'
import { Metrics, type MetricsPart, renderMetrics } from './metrics.ts'

type Gauges = ReturnType<ConstructorParameters<typeof Metrics>[1]>

const gauges: Gauges = {
  callsUnderWay: 2,
  callEvents: { written: 10, dropped: 1, waiting: 3 },
  renewals: { renewed: 4, refused: 3, lost: 2, failed: 1 },
  revocations: { done: 9, unsupported: 1, failed: 0, retried: 5 },
  pausedClients: 1,
  upstream: { pools: 5, connections: 6, running: 7, waiting: 8 },
  limits: {
    ...{ inUse: 2, waiting: 3, entered: 9, waitedMilliseconds: 1500, pauses: 4 },
    refused: {
      ...{ account_concurrency: 1, account_rate: 0, account_pause: 0 },
      ...{ integration_concurrency: 0, integration_rate: 5, integration_pause: 0 },
    },
  },
}

interface Call {
  readonly integration?: string
  readonly method?: string
  readonly status?: number
  readonly code?: CallRecord['code']
  readonly milliseconds?: number
}

const whole: MetricsPart = { realm: undefined, ofProcess: true }

function counted(calls: readonly Call[], part = whole): Metrics {
  const counters = new CallCounters()
  for (const { integration, method = 'GET', status = 200, code, milliseconds = 7 } of calls) {
    const record = new CallRecord('req_1', method)
    if (integration !== undefined) {
      record.target = { integration: { id: `int_${integration}`, key: integration } } as CallRecord['target']
      const attempt = new Attempt('https://api.example.com')
      attempt.connectedAt = attempt.startedAt + 1
      attempt.answeredAt = attempt.startedAt + 3
      Object.assign(attempt, { bytesUp: 10, bytesDown: 100 })
      record.begin(attempt)
    }
    record.status = status
    record.code = code
    record.endedAt = record.startedAt + milliseconds
    counters.ended(record)
  }
  return new Metrics(counters, () => gauges, part)
}

/** The lines of a metric, those that stand at zero apart. */
async function lines(metrics: readonly Metrics[], name: string): Promise<string[]> {
  const text = await renderMetrics(await Promise.all(metrics.map((each) => each.snapshot())))
  return text.split('\n').filter((line) => line.startsWith(name) && !line.endsWith(' 0'))
}

test('calls are counted by integration, kind of method, class of status and code', async () => {
  const metrics = counted([
    { integration: 'crm' },
    { integration: 'crm', method: 'HEAD', status: 204 },
    { integration: 'crm', method: 'POST', status: 429 },
    { integration: 'crm', status: 502, code: 'upstream_unreachable' },
    { integration: 'crm', status: 502 },
    { integration: 'erp', status: 0 },
    { status: 401, code: 'key_invalid' },
  ])
  expect(await lines([metrics], 'sallyport_calls_total')).toEqual([
    'sallyport_calls_total{integration="crm",method="read",status="2xx",code=""} 2',
    'sallyport_calls_total{integration="crm",method="read",status="5xx",code=""} 1',
    'sallyport_calls_total{integration="crm",method="write",status="4xx",code=""} 1',
    'sallyport_calls_total{integration="crm",method="read",status="5xx",code="upstream_unreachable"} 1',
    'sallyport_calls_total{integration="erp",method="read",status="none",code=""} 1',
    'sallyport_calls_total{integration="none",method="read",status="4xx",code="key_invalid"} 1',
  ])
  expect(await lines([metrics], 'sallyport_call_bytes_total{integration="crm"')).toEqual([
    'sallyport_call_bytes_total{integration="crm",direction="up"} 50',
    'sallyport_call_bytes_total{integration="crm",direction="down"} 500',
  ])
})

test('phases are a histogram, which does not count what a call did not come to', async () => {
  const metrics = counted([
    { integration: 'crm' },
    { integration: 'crm', milliseconds: 5 },
    { milliseconds: 60_000 },
  ])
  const buckets = await lines([metrics], 'sallyport_call_duration_seconds_bucket{phase="total"')
  expect(buckets.map((line) => line.replace(/.*le=/, ''))).toEqual([
    '"0.005"} 1',
    ...['0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30'].map((le) => `"${le}"} 2`),
    '"+Inf"} 3',
  ])
  const counts = await lines([metrics], 'sallyport_call_duration_seconds_count')
  expect(counts.map((line) => line.replace('sallyport_call_duration_seconds_count', ''))).toEqual([
    '{phase="connect"} 2',
    '{phase="first_byte"} 2',
    '{phase="total"} 3',
  ])
})

test('integrations beyond the first 200 share a label, however many there are', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({ integration: `i${index}` }))
  const calls = await lines([counted([...many, ...many])], 'sallyport_calls_total')
  expect(calls).toHaveLength(201)
  expect(calls.at(-1)).toBe(
    'sallyport_calls_total{integration="other",method="read",status="2xx",code=""} 1600',
  )
})

test('several processes are summed, label by label, and what is not to be summed is not', async () => {
  const two = [counted([{ integration: 'crm' }]), counted([{ integration: 'crm' }, { integration: 'erp' }])]
  expect(await lines(two, 'sallyport_calls_total')).toEqual([
    'sallyport_calls_total{integration="crm",method="read",status="2xx",code=""} 2',
    'sallyport_calls_total{integration="erp",method="read",status="2xx",code=""} 1',
  ])
  expect(await lines(two, 'sallyport_call_duration_seconds_bucket{phase="total",le="0.01"}')).toEqual([
    'sallyport_call_duration_seconds_bucket{phase="total",le="0.01"} 3',
  ])
  expect(await lines(two, 'sallyport_revocations_total')).toEqual([
    'sallyport_revocations_total{outcome="done"} 18',
    'sallyport_revocations_total{outcome="unsupported"} 2',
    'sallyport_revocations_total{outcome="retried"} 10',
  ])
  expect(await lines(two, 'sallyport_renewals_total')).toEqual([
    'sallyport_renewals_total{outcome="renewed"} 8',
    'sallyport_renewals_total{outcome="refused"} 6',
    'sallyport_renewals_total{outcome="lost"} 4',
    'sallyport_renewals_total{outcome="failed"} 2',
  ])
  expect(await lines(two, 'sallyport_upstream_connections')).toEqual(['sallyport_upstream_connections 12'])
  const [started] = await lines(two, 'process_start_time_seconds')
  expect(Number(started?.split(' ')[1])).toBeLessThanOrEqual(Date.now() / 1000)
})

test('realms of a process are told apart by a label, and what is of the process has none', async () => {
  const of = (realm: string, ofProcess: boolean) => counted([{ integration: 'crm' }], { realm, ofProcess })
  const workers = [of('us', true), of('eu', false), of('us', true), of('eu', false)]
  expect(await lines(workers, 'sallyport_calls_total')).toEqual([
    'sallyport_calls_total{realm="us",integration="crm",method="read",status="2xx",code=""} 2',
    'sallyport_calls_total{realm="eu",integration="crm",method="read",status="2xx",code=""} 2',
  ])
  expect(await lines(workers, 'process_start_time_seconds')).toEqual([
    expect.stringMatching(/^process_start_time_seconds \d/),
  ])
})
