// What runs in the page has what pages have.
/// <reference lib="dom" />

import type { BrowserContext } from 'playwright-core'

/** How a page comes up, as people notice it: times in milliseconds from the request on. */
export interface Figures {
  /** All that the page loads to be there, as it is sent. */
  readonly scriptKilobytes: number
  readonly firstPaint: number
  readonly largestPaint: number
  /** For how long altogether the page could answer nobody: of each task what goes beyond 50 ms. */
  readonly blocked: number
  /** How far what is shown moves about (cumulative layout shift); good is less than 0.1. */
  readonly shift: number
}

const telephone = {
  latency: 150,
  downloadThroughput: 1_638_400 / 8,
  uploadThroughput: 750_000 / 8,
  offline: false,
}

/** Opens a page in a browser that has nothing of it, on a slow machine and a slow line, until it is loaded and quiet. */
export async function measured(context: BrowserContext, address: string): Promise<Figures> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', telephone)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const scripts: Promise<number>[] = []
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return
    scripts.push(
      response
        .request()
        .sizes()
        .then((sizes) => sizes.responseBodySize),
    )
  })
  await page.addInitScript(watch)
  await page.goto(address)
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('[aria-label=Loading]'))
  await page.waitForLoadState('networkidle')
  const bytes = (await Promise.all(scripts)).reduce((total, size) => total + size, 0)
  const times = await page.evaluate(() => {
    const seen = (window as unknown as { seen: Omit<Figures, 'scriptKilobytes'> }).seen
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    return { ...seen, firstPaint: paint?.startTime ?? Number.NaN }
  })
  await page.close()
  return { scriptKilobytes: bytes / 1000, ...times }
}

/** Runs in the page, before anything else does. */
function watch(): void {
  const seen = { largestPaint: Number.NaN, blocked: 0, shift: 0 }
  Object.assign(window, { seen })
  const each = (type: string, tell: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(tell)).observe({ type, buffered: true })
  each('largest-contentful-paint', ({ startTime }) => {
    seen.largestPaint = startTime
  })
  each('longtask', ({ duration }) => {
    seen.blocked += duration - 50
  })
  each('layout-shift', (entry) => {
    seen.shift += (entry as unknown as { readonly value: number }).value
  })
}
