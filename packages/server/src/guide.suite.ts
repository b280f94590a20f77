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
  [
    /(?:Write|and) `([^`]+)` into \*\*([^*]+)\*\*/g,
    (text, label) => (page) => page.getByLabel(label, { exact: true }).fill(text),
  ],
  [
    /Choose \*\*([^*]+)\*\* (?:as|for) \*\*([^*]+)\*\*/g,
    (choice, label) => async (page) => {
      await page.getByLabel(label, { exact: true }).selectOption({ label: choice })
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
  [/See \*\*([^*]+)\*\*/g, (text) => (page) => seen(page, text)],
  [/!\[[^\]]+\]\(\.\.\/images\/([^)]+)\)/g, (name) => (page) => pictured(page, name)],
]

/** All that the steps of a guide say to do, in their order. A step that says nothing would be untrue unnoticed: refused. */
export function clicksOf(path: string): readonly Click[] {
  return readFileSync(path, 'utf8')
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
