import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { browser } from '@sallyport/testkit'
import { expect, onTestFinished } from 'vitest'
import { owner, type startWithoutKey } from './people.suite.ts'

/** The folder for pictures; none are taken without one. */
const pictures = process.env.SALLYPORT_TEST_PICTURES
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Chromium = Awaited<ReturnType<typeof browser>>
export type BrowserContext = Awaited<ReturnType<Chromium['newContext']>>
export type BrowserPage = Awaited<ReturnType<Chromium['newPage']>>
type Sallyport = Awaited<ReturnType<typeof startWithoutKey>>

export const viewports = { wide: { width: 1280, height: 860 }, narrow: { width: 375, height: 740 } }
/** What is where does not change with the colours, nor the colours with the width: two are enough, the others are for pictures. */
const looks = [
  ['wide', 'light', true],
  ['wide', 'dark', false],
  ['narrow', 'light', false],
  ['narrow', 'dark', true],
] as const

/**
 * A browser in which the owner is logged in to the console of a Sallyport, until its clock has gone on by half an hour. `pictured` are the looks that the documents
 * show: “overview wide light”.
 */
export async function consoleBrowser(sallyport: Sallyport, pictured: readonly string[] = []) {
  const chromium = await browser()
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
  const loggedIn = await chromium.newContext()
  await logIn(await loggedIn.newPage(), '/console')

  async function logIn(page: BrowserPage, path: string, person = owner): Promise<void> {
    await page.goto(`${sallyport.origin}${path}`)
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password').fill(person.password)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByRole('navigation', { name: 'Sections' }).waitFor({ state: 'attached' })
  }

  /** A window, and whatever its browser complains of: among it what the policy of the pages forbids. */
  async function open(context: BrowserContext = loggedIn) {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    onTestFinished(() => page.close())
    await page.clock.setFixedTime(sallyport.clock.now())
    const complaints = complaintsOf(page, sallyport.origin)
    const go = (path: string) => page.goto(`${sallyport.origin}/console${path}`)
    const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    return { page, complaints, go, heading, press, tabTo: tabber(page) }
  }

  return {
    ...{ chromium, loggedIn, logIn, open },
    lookAt: (page: BrowserPage, name: string) => lookAt(page, name, pictured),
    close: () => chromium.close(),
  }
}

/** What a window’s browser complains of, among it what the policy forbids, and what it asks for elsewhere: as it comes. */
export function complaintsOf(page: BrowserPage, origin: string): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isOwnStatus = /^Failed to load resource/.test(message.text())
    if (!isOwnStatus && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin))
      complaints.push(request.url())
  })
  return complaints
}

/** Goes on by the Tab key alone until what has the focus bears that name. */
function tabber(page: BrowserPage) {
  return async (name: RegExp): Promise<void> => {
    for (let count = 0; count < 100; count += 1) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        const labels = isField ? [...(element.labels ?? [])] : []
        return [element?.getAttribute('aria-label') ?? '', ...labels.map((label) => label.textContent)]
          .join('')
          .concat(element?.textContent ?? '')
      })
      if (name.test(focused)) return
    }
    throw new Error(`Tab does not lead to ${name}.`)
  }
}

/** What a page does to whoever cannot see it, or sees little of it. */
export async function violations(page: BrowserPage): Promise<readonly string[]> {
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    interface Violation {
      readonly id: string
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const found = await axe.run({ runOnly: tags })
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    )
  })
}

/** Looks at a page in each way: it fits its window, and nobody is shut out. Pictures are of whole pages where they are narrow. */
async function lookAt(page: BrowserPage, name: string, pictured: readonly string[]): Promise<void> {
  await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
  await page.getByText(owner.name).first().waitFor({ state: 'attached' })
  for (const [width, colorScheme, isAudited] of looks) {
    const isPictured = pictures !== undefined && pictured.includes(`${name} ${width} ${colorScheme}`)
    if (!isAudited && !isPictured) continue
    await page.setViewportSize(viewports[width])
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await page.evaluate(() => window.scrollTo(0, 0))
    if (isPictured) {
      const path = join(pictures, `console-${name}-${width}-${colorScheme}.png`)
      await page.screenshot({
        path,
        fullPage: name === 'overview' || width === 'narrow',
        animations: 'disabled',
      })
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect([name, width, colorScheme, overflow]).toEqual([name, width, colorScheme, false])
    if (isAudited)
      expect([name, width, colorScheme, await violations(page)]).toEqual([name, width, colorScheme, []])
  }
}
