import { browser } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireServer, wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let chromium: Awaited<ReturnType<typeof browser>>

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  chromium = await browser()
})
afterAll(async () => {
  await Promise.all([chromium.close(), sallyport.close(), upstream.close()])
})

const script = 'window.ranScript && window.ranScript(); document.title = "ran"'
const html = `<!doctype html><title>quiet</title><script>${script}</script><img src=x onerror='${script}'><body onload='${script}'><script src="script.js"></script><iframe srcdoc="<script>parent.document.title='ran'</script>"></iframe>`
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><title>quiet</title><script>${script.replace('&&', '&amp;&amp;')}</script></svg>`
const xml = `<?xml version="1.0"?><x:html xmlns:x="http://www.w3.org/1999/xhtml"><x:script>${script.replace('&&', '&amp;&amp;')}</x:script></x:html>`
const kinds: readonly (readonly [kind: string, headers: readonly string[], body: string])[] = [
  ['HTML', ['Content-Type: text/html'], html],
  [
    'HTML that says it may',
    ['Content-Type: text/html', "Content-Security-Policy: script-src 'unsafe-inline' *"],
    html,
  ],
  ['HTML that says it is text, hoping to be sniffed', ['Content-Type: text/plain'], html],
  ['HTML of no type', [], html],
  ['SVG', ['Content-Type: image/svg+xml'], svg],
  ['XML', ['Content-Type: application/xml'], xml],
  ['XHTML', ['Content-Type: application/xhtml+xml'], xml],
  [
    'an error page',
    ['Content-Type: text/html; charset=utf-7'],
    `+ADw-script+AD4-${script}+ADw-/script+AD4-${html}`,
  ],
]

test.each(kinds)('a reply of %s runs nothing in our origin', async (kind, headers, body) => {
  const id = await connected(sallyport, { baseUrl: upstream.origin })
  upstream.answer = ({ line }) =>
    line.includes('script.js')
      ? wireReply('200 OK', ['Content-Type: text/javascript'], script)
      : wireReply(
          kind === 'an error page' ? '500 Oops' : '200 OK',
          [...headers, 'Set-Cookie: planted=1'],
          body,
        )
  const context = await chromium.newContext({
    extraHTTPHeaders: { authorization: `Bearer ${sallyport.adminKey}` },
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const alarms: string[] = []
  await page.exposeFunction('ranScript', () => alarms.push('script'))
  const shown = await page.goto(`${sallyport.origin}/proxy/${id}/page`).catch(() => undefined)
  expect(shown?.headers()['content-security-policy']).toBe('sandbox')
  expect(await page.title()).not.toBe('ran')
  // The page is in an origin of its own: it reads nothing of ours.
  expect(await page.evaluate(() => self.origin).catch(() => 'null')).toBe('null')
  expect([alarms, await context.cookies()]).toEqual([[], []])
})
