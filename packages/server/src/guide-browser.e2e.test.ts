import { join } from 'node:path'
import { browser } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaintsOf, viewports, violations } from './console-browser.suite.ts'
import { clicksOf } from './guide.suite.ts'
import { startWithoutKey } from './people.suite.ts'
import { practicePort } from './practice.ts'

const guide = join(import.meta.dirname, '../../../docs/guides/first-integration.md')

let chromium: Awaited<ReturnType<typeof browser>>
let sallyport: Awaited<ReturnType<typeof startWithoutKey>>

beforeAll(async () => {
  ;[chromium, sallyport] = await Promise.all([browser(), startWithoutKey({ SALLYPORT_PRACTICE: 'on' })])
})
afterAll(() => Promise.all([chromium.close(), sallyport.close()]))

test('what the guide says, click by click, is what a browser meets', async () => {
  const page = await chromium.newPage({ viewport: viewports.wide })
  page.setDefaultTimeout(10_000)
  await page.clock.setFixedTime(sallyport.clock.now())
  const complaints = complaintsOf(page, sallyport.origin)
  await page.goto(`${sallyport.origin}/setup#token=${sallyport.setupToken}`)
  const practice = `http://127.0.0.1:${practicePort({ port: Number(new URL(sallyport.origin).port) })}`
  for (const { words, act } of clicksOf(guide, (text) =>
    text.replaceAll('http://127.0.0.1:13300', practice),
  )) {
    await act(page).catch((cause) => {
      throw new Error(`The guide is wrong, or the console: ${words}`, { cause })
    })
  }
  expect(await violations(page)).toEqual([])
  expect(complaints).toEqual([])
})
