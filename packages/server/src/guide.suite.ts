import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { BrowserPage } from './console-browser.suite.ts'

/** The folder for pictures; none are taken without one. */
const pictures = process.env.SALLYPORT_TEST_PICTURES

type Act = (page: BrowserPage) => Promise<void>

/** Something that a guide says to do, as it says it. */
export interface Click {
  readonly words: string
  readonly act: Act
}

/** What guides say, and what a browser does then. */
const grammar: readonly (readonly [RegExp, (first: string, second: string) => Act])[] = [
  [/(?:Write|and) `([^`]+)` into \*\*([^*]+)\*\*/g, (text, label) => (page) => field(page, label).fill(text)],
  [
    /Choose \*\*([^*]+)\*\* (?:as|for) \*\*([^*]+)\*\*/g,
    (choice, label) => async (page) => {
      await field(page, label).selectOption({ label: choice })
    },
  ],
  [
    /Press \*\*([^*]+)\*\*/g,
    (name) => (page) => page.getByRole('button', { name, exact: true }).first().click(),
  ],
  [
    /Follow \*\*([^*]+)\*\*/g,
    (name) => (page) => page.getByRole('link', { name, exact: true }).first().click(),
  ],
  [
    /In the window that opens, press \*\*([^*]+)\*\*/g,
    (name) => async (page) => {
      const opened = await latestWindow(page)
      await opened.getByRole('button', { name, exact: true }).click()
    },
  ],
  [/See \*\*([^*]+)\*\*/g, (text) => (page) => seen(page, text)],
  [/!\[[^\]]+\]\(\.\.\/images\/([^)]+)\)/g, (name) => (page) => pictured(page, name)],
]

/**
 * All that the steps of a guide say to do, in their order, with its addresses as they are here. A step that says nothing
 * would be untrue unnoticed: refused.
 */
export function clicksOf(path: string, here: (text: string) => string): readonly Click[] {
  return here(readFileSync(path, 'utf8'))
    .split(/^(?=\d+\. )/m)
    .filter((step) => /^\d/.test(step))
    .flatMap((step) => {
      const clicks = clicksIn(step)
      if (clicks.length === 0) throw new Error(`This step says nothing that a browser can do: ${step}`)
      return clicks
    })
}

function clicksIn(step: string): readonly Click[] {
  return grammar
    .flatMap(([pattern, read]) =>
      [...step.matchAll(pattern)].map(({ index, 0: words, 1: first = '', 2: second = '' }) => {
        const [one, other] = [first, second].map((each) => each.replaceAll(/\s+/g, ' '))
        return { index, words, act: read(one ?? '', other ?? '') }
      }),
    )
    .toSorted((left, right) => left.index - right.index)
}

/** By its label; those that have to be filled in are marked. */
function field(page: BrowserPage, label: string) {
  return page.getByLabel(new RegExp(`^${label}( \\*)?$`)).first()
}

async function latestWindow(page: BrowserPage): Promise<BrowserPage> {
  const opened = () => page.context().pages().at(-1)
  await expect.poll(opened, { timeout: 10_000 }).not.toBe(page)
  return opened() ?? page
}

async function seen(page: BrowserPage, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.body.innerText.replaceAll(/\s+/g, ' ').includes(wanted),
    text,
  )
}

async function pictured(page: BrowserPage, name: string): Promise<void> {
  const kept = join(dirname(import.meta.dirname), '../../docs/images', name)
  if (pictures === undefined) {
    expect(() => readFileSync(kept)).not.toThrow()
    return
  }
  mkdirSync(pictures, { recursive: true })
  await page.evaluate(() => document.activeElement?.scrollIntoView({ block: 'end' }))
  await page.screenshot({ path: join(pictures, name), animations: 'disabled' })
}
