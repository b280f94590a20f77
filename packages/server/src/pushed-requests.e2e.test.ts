import { faults, sink } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person, scene } from './authorization.suite.ts'
import { json } from './device.suite.ts'

const requestUri = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c'

/** A definition whose authorization requests are pushed to a loopback provider. */
async function pushing() {
  const made = await scene({ auth: null })
  await made.define(codeDefinition(made.provider, { parUrl: `${made.provider.origin}/par` }))
  return made
}

describe('a pushed authorization request', () => {
  test('that was taken leads the browser on with its address alone, and again with a new one', async () => {
    const { provider, account, authorize } = await pushing()
    let count = 0
    provider.script('POST /par', () => {
      count += 1
      return json({ request_uri: `${requestUri}${count}`, expires_in: 60 }, 201)
    })
    const ann = person()
    const start = await authorize(await account())
    for (const round of [1, 2]) {
      const page = await ann.toProvider(start)
      expect(`${page.origin}${page.pathname}`).toBe(`${provider.origin}/authorize`)
      expect(Object.fromEntries(page.searchParams)).toEqual({
        client_id: 'client',
        request_uri: `${requestUri}${round}`,
      })
    }
    const states = provider.received('POST /par').map(({ form }) => form.get('state'))
    expect(new Set(states).size).toBe(2)
  })

  const failures: [
    string,
    Parameters<Awaited<ReturnType<typeof pushing>>['provider']['script']>[1],
    RegExp,
  ][] = [
    [
      'refused',
      json({ error: 'invalid_request', error_description: 'No <b>such</b> scope.' }, 400),
      /invalid_request/,
    ],
    ['answered without an address', json({ expires_in: 60 }, 201), /request_uri/],
    [
      'answered with an address that has expired',
      json({ request_uri: requestUri, expires_in: 0 }, 201),
      /expired/,
    ],
    ['redirected', faults.redirect('https://elsewhere.example/par', 307), /redirect/],
    ['lost', faults.lostAnswer(), /./],
  ]
  test.each(failures)(
    'that is %s ends on a page that says so, and no browser goes on',
    async (_, script, words) => {
      const { provider, account, authorize, read } = await pushing()
      provider.script('POST /par', script)
      const id = await account()
      const page = await person().get(await authorize(id))
      expect([page.status >= 400, page.location, page.cookies]).toEqual([true, '', []])
      expect(page.text).toMatch(words)
      expect(page.text).not.toMatch(/<b>|client-secret/)
      expect(provider.received('POST /par')).toHaveLength(1)
      expect(await read(id)).toMatchObject({ status: 'pending', generation: 0 })
    },
  )

  test('is followed nowhere', async () => {
    const { provider, account, authorize } = await pushing()
    const elsewhere = await sink()
    onTestFinished(elsewhere.close)
    for (const status of [301, 302, 303, 307, 308] as const) {
      provider.script('POST /par', faults.redirect(`${elsewhere.origin}/par`, status), { times: 1 })
      expect((await person().get(await authorize(await account()))).status).toBe(502)
    }
    expect(elsewhere.connections).toBe(0)
  })

  test('whose address the provider no longer takes ends with its words, and nothing is connected', async () => {
    const { provider, account, authorize, read } = await pushing()
    provider.script('POST /par', json({ request_uri: requestUri, expires_in: 60 }, 201))
    const id = await account()
    const ann = person()
    await ann.toProvider(await authorize(id))
    const { state = '', redirect_uri = '' } = Object.fromEntries(
      provider.received('POST /par')[0]?.form ?? [],
    )
    const page = await ann.get(
      `${redirect_uri}?${new URLSearchParams({ state, error: 'invalid_request_uri' })}`,
    )
    const end = await ann.get(page.location)
    expect([end.status, end.text]).toEqual([400, expect.stringContaining('invalid_request_uri')])
    expect(provider.received('POST /token')).toHaveLength(0)
    expect(await read(id)).toMatchObject({ status: 'pending' })
  })
})
