import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OwnSallyport, owner, startWithoutKey } from './people.suite.ts'

const wrong = 'not the right password'

describe('attempts to log in', () => {
  let sallyport: OwnSallyport
  beforeEach(async () => {
    sallyport = await startWithoutKey({ SALLYPORT_TRUSTED_PROXIES: '127.0.0.1/32' })
  })
  afterEach(() => sallyport.close())

  let networks = 0
  /** From a network of its own, unless it says otherwise. */
  function attempt(email: string, password = wrong, from?: string) {
    networks += 1
    const address = from ?? `198.51.${networks >> 8}.${networks & 255}`
    return sallyport.browser().json('POST', '/login', { email, password }, { 'x-forwarded-for': address })
  }
  const statuses = async (replies: Promise<{ status: number }>[]) =>
    (await Promise.all(replies)).map(({ status }) => status)

  test('that fail do the same work and say the same, whether there is such a person or not', async () => {
    await sallyport.ownersBrowser()
    const seen = []
    for (const email of [owner.email, 'nobody@example.com']) {
      const before = sallyport.hashes()
      const { status, body, headers } = await attempt(email)
      const { requestId, ...rest } = body
      seen.push({ status, rest, names: [...headers.keys()].sort(), hashes: sallyport.hashes() - before })
    }
    expect(seen[0]).toMatchObject({ status: 401, rest: { code: 'login_failed' }, hashes: 1 })
    expect(seen[1]).toEqual(seen[0])
  })

  test('of an organization that is not there do the same as well', async () => {
    await sallyport.ownersBrowser()
    const before = sallyport.hashes()
    const input = { organization: 'org_nowhere', email: owner.email, password: owner.password }
    const reply = await sallyport.browser().json('POST', '/login', input)
    expect([reply.status, reply.body.code, sallyport.hashes() - before]).toEqual([401, 'login_failed', 1])
  })

  test('on one account wait from the sixth on, longer each time, whoever makes them and however the address is written', async () => {
    await sallyport.ownersBrowser()
    const spellings = [
      owner.email,
      'ADA@EXAMPLE.COM',
      'ａｄａ@example.com',
      'ada\u200b@example.com',
      ' Ada@Example.com',
    ]
    for (const email of spellings) expect((await attempt(email)).status).toBe(401)
    const hashes = sallyport.hashes()
    const refused = await attempt(owner.email, owner.password)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(refused.body.detail).toContain('Nothing was tried')
    expect(sallyport.hashes()).toBe(hashes)
    const waits: number[] = []
    for (let time = 0; time < 12; time += 1) {
      const { headers } = await attempt(owner.email)
      waits.push(Number(headers.get('retry-after')))
      sallyport.clock.advance(Number(headers.get('retry-after')) * 1000)
      expect((await attempt(owner.email)).status).toBe(401)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    // Five minutes at most: then the right password opens, and all is forgotten.
    sallyport.clock.advance(300_000)
    expect((await attempt(owner.email, owner.password)).status).toBe(201)
    expect((await attempt(owner.email)).status).toBe(401)
  })

  test('on a name that nobody has wait just the same', async () => {
    for (let time = 0; time < 5; time += 1) expect((await attempt('nobody@example.com')).status).toBe(401)
    expect((await attempt('Nobody@Example.com')).headers.get('retry-after')).toBe('1')
  })

  test('that come at the same moment are counted each', async () => {
    await sallyport.ownersBrowser()
    const all = await statuses(Array.from({ length: 40 }, () => attempt(owner.email)))
    expect(all.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
    expect(all.every((status) => status === 401 || status === 429)).toBe(true)
  })

  test('from one network on many names wait too, an IPv6 customer’s addresses taken together', async () => {
    for (let time = 0; time < 20; time += 1) {
      expect((await attempt(`name${time}@example.com`, wrong, `2001:db8::${time}`)).status).toBe(401)
    }
    const refused = await attempt('another@example.com', wrong, '2001:db8::ffff')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await attempt('another@example.com', wrong, '2001:db8:0:1::1')).status).toBe(401)
  })

  test('do not keep out whoever has logged in with the same browser before', async () => {
    const known = await sallyport.ownersBrowser()
    const from = { 'x-forwarded-for': '203.0.113.9' }
    for (let time = 0; time < 30; time += 1) {
      await attempt(owner.email, wrong, '203.0.113.9')
      sallyport.clock.advance(300_000)
    }
    expect((await attempt(owner.email, wrong, '203.0.113.9')).status).toBe(401)
    expect((await attempt(owner.email, owner.password, '203.0.113.9')).status).toBe(429)
    const reply = await known.json('POST', '/login', { email: owner.email, password: owner.password }, from)
    expect(reply.status, reply.text).toBe(201)
  })

  test('of a browser that knows somebody else, or with a cookie that was made up, count as any other', async () => {
    const known = await sallyport.ownersBrowser()
    const login = (email: string, cookie: string) =>
      sallyport.browser().json('POST', '/login', { email, password: wrong }, { cookie })
    const browserCookie =
      known
        .cookie()
        ?.split('; ')
        .find((each) => each.startsWith('sallyport-browser=')) ?? ''
    expect(browserCookie).not.toBe('')
    for (let time = 0; time < 5; time += 1)
      expect((await login('nobody@example.com', browserCookie)).status).toBe(401)
    expect((await login('nobody@example.com', browserCookie)).status).toBe(429)
    for (let time = 0; time < 5; time += 1) await attempt(owner.email)
    expect((await login(owner.email, `${browserCookie.slice(0, -4)}AAAA`)).status).toBe(429)
    // One that is stolen has five attempts of its own, then waits as well.
    const tries = []
    for (let time = 0; time < 6; time += 1) tries.push((await login(owner.email, browserCookie)).status)
    expect(tries).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('are forgotten after an hour without another', async () => {
    for (let time = 0; time < 5; time += 1) await attempt(owner.email)
    expect((await attempt(owner.email)).status).toBe(429)
    sallyport.clock.advance(3_600_001)
    await sallyport.runDue()
    for (let time = 0; time < 5; time += 1) expect((await attempt(owner.email)).status).toBe(401)
  })
})
