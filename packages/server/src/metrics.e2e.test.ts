import { canary, findCanaries, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { renewing } from './renewal.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

async function started(environment: Readonly<Record<string, string>> = {}) {
  const sallyport = await startSallyport(environment)
  onTestFinished(() => sallyport.close())
  const metrics = (headers: Readonly<Record<string, string>> = {}) =>
    sallyport.request('GET', '/metrics', undefined, { key: null, headers })
  return { sallyport, metrics }
}

test('metrics show calls, renewals, connections and the process, in the format of Prometheus', async () => {
  const { sallyport, clock, call } = await renewing()
  await call()
  clock.advance(61 * 60_000)
  await call('/me', { method: 'POST', body: 'x'.repeat(500) })
  const { headers, text, status } = await sallyport.request('GET', '/metrics', undefined, { key: null })
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const lines = text.split('\n')
  for (const line of lines) {
    expect(line).toMatch(
      /^$|^# (HELP|TYPE) [a-z0-9_:]+ |^[a-z0-9_:]+(\{([a-z_]+="[^"]*",?)*\})? -?[\d.e+-]+$|NaN$/,
    )
  }
  const integration = lines.find((line) => line.startsWith('sallyport_calls_total'))?.split('"')[1]
  expect(lines).toEqual(
    expect.arrayContaining([
      `sallyport_calls_total{integration="${integration}",method="read",status="2xx",code=""} 1`,
      'sallyport_renewals_total{outcome="renewed"} 1',
      'sallyport_call_duration_seconds_count{phase="token"} 1',
      'sallyport_call_duration_seconds_count{phase="total"} 2',
      `sallyport_call_bytes_total{integration="${integration}",direction="up"} 500`,
      'sallyport_renewals_paused_clients 0',
      'sallyport_upstream_pools 1',
    ]),
  )
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
})

test('metrics are open to whoever is on the machine, and with a token to whoever brings it', async () => {
  const open = await started()
  expect((await open.metrics()).status).toBe(200)

  const token = 'a-token-of-32-characters-or-more'
  const guarded = await started({ SALLYPORT_METRICS_TOKEN: token })
  expect((await guarded.metrics()).status).toBe(401)
  expect((await guarded.metrics({ authorization: 'Bearer another' })).status).toBe(401)
  expect((await guarded.metrics({ authorization: `Bearer ${guarded.sallyport.adminKey}` })).status).toBe(401)
  expect((await guarded.metrics({ authorization: `Bearer ${token}` })).status).toBe(200)
})

test('metrics are closed where others can get to Sallyport, until a token is set', async () => {
  const published = await startSallyport({ SALLYPORT_PUBLIC_URL: 'https://sallyport.example.com' })
  onTestFinished(() => published.close())
  const { status, body } = await published.request('GET', '/metrics', undefined, { key: null })
  expect([status, body.code]).toEqual([401, 'key_invalid'])
  expect(body.detail).toContain('SALLYPORT_METRICS_TOKEN')
})

test('metrics name no secret, no account and no path, whatever is called', async () => {
  const provider = await loopbackProvider()
  onTestFinished(() => provider.close())
  const { sallyport, metrics } = await started()
  const placement = { in: 'query', name: 'api_key', template: '{token}' }
  const id = await connected(
    sallyport,
    { baseUrl: `${provider.origin}/open`, placement },
    { secret: { token: canary('API token') } },
  )
  await sallyport.request('GET', `/proxy/${id}/${canary('path')}?q=${canary('query')}`)
  await sallyport.request('GET', `/proxy/${canary('account')}/x`, undefined, { key: canary('key') })
  const { text } = await metrics()
  expect(findCanaries(text)).toEqual([])
  expect(text).not.toContain(id)
})
