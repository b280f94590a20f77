import { browser, sink } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person, scene } from './authorization.suite.ts'

describe('what leaks', () => {
  test('every page on the way is kept by no cache, names no referrer and runs nothing of others', async () => {
    const made = await scene()
    const ann = person()
    const authorizationUrl = await made.authorize(await made.account())
    const start = await ann.get(authorizationUrl)
    const consent = await ann.get(start.location)
    const callback = await ann.get(consent.location)
    const result = await ann.get(callback.location)
    const refused = await ann.get(consent.location)
    const used = await ann.get(authorizationUrl)
    expect([start, callback, result, refused, used].map(({ status }) => status)).toEqual([
      303, 303, 200, 400, 400,
    ])
    for (const { headers } of [start, callback, result, refused, used]) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      const policy = headers.get('content-security-policy')
      expect(policy).toMatch(/^default-src 'none';/)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    }
  })
})

describe('in a browser', () => {
  let chromium: Awaited<ReturnType<typeof browser>>
  beforeAll(async () => {
    chromium = await browser()
  })
  afterAll(() => chromium.close())

  test('neither address, history nor the referrer of what follows holds code or state', async () => {
    const made = await scene()
    const outside = await sink()
    onTestFinished(outside.close)
    await made.listReturnUrls(`${outside.origin}/done`)
    const context = await chromium.newContext()
    const page = await context.newPage()

    await page.goto(await made.authorize(await made.account()))
    expect(page.url()).toMatch(/\/callback\/int_\w+\/result\/flw_\w+$/)
    await page.evaluate((url) => location.assign(url), `${outside.origin}/next`)
    await page.waitForURL(`${outside.origin}/next`)
    await page.goto(await made.authorize(await made.account(), { returnUrl: `${outside.origin}/done` }))
    expect(page.url()).toMatch(new RegExp(`^${outside.origin}/done\\?account=acc_\\w+$`))

    const session = await context.newCDPSession(page)
    const { entries } = await session.send('Page.getNavigationHistory')
    expect(entries.length).toBeGreaterThanOrEqual(3)
    for (const { url } of entries) expect(url).not.toMatch(/code=|state=|\/start\//)
    expect(outside.received('/next')).toHaveLength(1)
    expect(outside.received('/done')).toHaveLength(1)
    for (const { headers, query } of [...outside.received('/next'), ...outside.received('/done')]) {
      expect(headers.referer).toBeUndefined()
      expect(query).not.toMatch(/code=|state=/)
    }
    expect(await context.cookies()).toEqual([])
    await context.close()
  })

  test('what a provider, an address or a definition says runs no script and is no markup', async () => {
    const made = await scene({ auth: null })
    const context = await chromium.newContext()
    const page = await context.newPage()
    const alarms: string[] = []
    page.on('dialog', (dialog) => {
      alarms.push(dialog.message())
      void dialog.dismiss()
    })
    await page.exposeFunction('ranScript', () => alarms.push('script'))
    const outsiders: string[] = []
    page.on('request', (request) => {
      if (!/^http:\/\/127\.0\.0\.1:/.test(request.url())) outsiders.push(request.url())
    })
    await made.define({ ...codeDefinition(made.provider), name: `Loop ${payloads[0]}` })
    const id = await made.account()
    const plain = { tags: [] as string[], script: 0 }
    const seen = () =>
      page.evaluate(() => ({
        tags: [...document.body.querySelectorAll('*')].map(({ tagName }) => tagName.toLowerCase()),
        // Beside our own, which tells the console.
        script: document.querySelectorAll('script:not([src="/callback/authorization.js"])').length,
      }))

    for (const payload of payloads) {
      made.provider.script('GET /authorize', ({ query }) => {
        const asked = new URLSearchParams(query)
        const said = { error: payload, error_description: payload, error_uri: payload }
        const back = new URLSearchParams({ ...said, state: asked.get('state') ?? '' })
        return { status: 303, headers: { Location: `${asked.get('redirect_uri')}?${back}` } }
      })
      const end = await page.goto(await made.authorize(id))
      expect(end?.status()).toBe(400)
      expect(end?.headers()['content-security-policy']).toMatch(/^default-src 'none';/)
      const found = await seen()
      if (plain.tags.length === 0) plain.tags = found.tags
      expect([payload, found]).toEqual([payload, plain])
      expect(await page.getByRole('heading').innerText()).toContain('was not connected')
    }
    for (const payload of payloads.map(encodeURIComponent)) {
      for (const path of [
        `/callback/${payload}`,
        `/callback/x/start/${payload}`,
        `/callback/x/result/${payload}`,
        `/errors/${payload}`,
      ]) {
        await page.goto(`${made.sallyport.origin}${path}?state=${payload}`).catch(() => undefined)
        expect([path, (await seen()).script]).toEqual([path, 0])
      }
    }
    expect(alarms).toEqual([])
    expect(outsiders).toEqual([])
    await context.close()
  })
})

const script = 'window.ranScript()'
const payloads = [
  `<script>${script}</script>`,
  `"><script>${script}</script>`,
  `'><img src=x onerror=${script}>`,
  `</blockquote><svg onload=${script}>`,
  `</title><script>${script}</script>`,
  `</style><script>${script}</script>`,
  `<!--><script>${script}</script>`,
  `]]><script>${script}</script>`,
  `<iframe srcdoc="<script>parent.ranScript()</script>">`,
  `<body onload=${script}>`,
  `<details open ontoggle=${script}>x`,
  `<a href="javascript:${script}">press here</a>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example">`,
  `<base href="https://evil.example/">`,
  `<link rel=stylesheet href="https://evil.example/a.css">`,
  `<form action="https://evil.example"><button>Go on</button></form>`,
  `<math><mtext><style><img src=x onerror=${script}></style></mtext></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${script}>">`,
  `javascript:${script}`,
  `&lt;script&gt;${script}&lt;/script&gt;`,
  `&#60;script&#62;${script}&#60;/script&#62;`,
  `\\u003cscript\\u003e${script}\\u003c/script\\u003e`,
  `%3Cscript%3E${script}%3C/script%3E`,
  `+ADw-script+AD4-${script}+ADw-/script+AD4-`,
  `\u003c\u0000script>${script}</script>`,
  `＜script＞${script}＜/script＞`,
  `<script\u2028>${script}</script>`,
  `\u202e<img src=x onerror=${script}>`,
  `\${${script}}{{constructor.constructor('${script}')()}}`,
  `x" onmouseover=${script} style="position:fixed;inset:0" y="`,
  `https://evil.example/help`,
]
