import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browser } from '@sallyport/testkit'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, type Scene, scene } from './authorization.suite.ts'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import { freePort } from './sallyport.suite.ts'

/** Set it to a folder to look at what was tested. */
const pictures = process.env.SALLYPORT_TEST_PICTURES

let chromium: Awaited<ReturnType<typeof browser>>
beforeAll(async () => {
  chromium = await browser()
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
})
afterAll(() => chromium.close())

type Context = Awaited<ReturnType<typeof chromium.newContext>>
type Page = Awaited<ReturnType<Context['newPage']>>

/** A window, and what went wrong in it. */
async function open(options: Parameters<typeof chromium.newContext>[0] = {}) {
  const context = await chromium.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // That a page came with a status of 400 is what it is about.
    const isOwnStatus =
      /^Failed to load resource/.test(message.text()) && message.location().url === page.url()
    if (!isOwnStatus && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(request.url())
  })
  return { context, page, complaints }
}

/** A Sallyport that nobody has set up, with the token that it would print. */
async function untouched() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const port = await freePort()
  const read = readConfig({ SALLYPORT_PORT: String(port), SALLYPORT_DATA_DIR: folder })
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const sallyport = await compose(read.config, pino({ level: 'silent' }))
  onTestFinished(async () => {
    await sallyport.close()
    await rm(folder, { recursive: true, force: true })
  })
  const token = await sallyport.broker.setup.offer()
  await sallyport.app.listen({ host: '127.0.0.1', port })
  return { origin: read.config.publicUrl, token, practiceOrigin: sallyport.practiceOrigin ?? '' }
}

describe('set-up', () => {
  test('the printed link fills in the token, and the key is shown once', async () => {
    const { origin, token } = await untouched()
    const { page, context, complaints } = await open()
    await page.goto(`${origin}/setup#token=${token}`)
    expect(await page.getByLabel('Set-up token').inputValue()).toBe(token)
    expect(page.url()).toBe(`${origin}/setup`)

    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Your e-mail').fill('ada@example.com')
    await page.getByLabel('New password').fill('an engine of difference')
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'This is your first key' }).waitFor()
    await picture(page, 'first-key')
    const key = (await page.locator('pre').innerText()).trim()
    expect(key).toMatch(/^sp_[A-Za-z0-9]+_\w{12}_[\w-]{43}_\w{6}$/)
    const reply = await fetch(`${origin}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })
    expect([reply.status, await reply.text()]).toEqual([200, expect.not.stringContaining(key)])

    const session = await context.newCDPSession(page)
    const { entries } = await session.send('Page.getNavigationHistory')
    for (const { url } of entries) expect(url).not.toContain(token)
    // No script of a page reads what the browser keeps.
    expect(await page.evaluate(() => document.cookie)).toBe('')
    expect((await context.cookies()).map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([
      [true, 'Lax'],
      [true, 'Lax'],
    ])
    await page.getByRole('link', { name: 'Your account' }).click()
    await page.getByRole('heading', { name: 'Ada' }).waitFor()

    await page.goto('about:blank')
    await page.goto(`${origin}/setup#token=${token}`)
    await page.getByRole('heading', { name: 'Set-up is done' }).waitFor()
    expect(await page.content()).not.toContain(key)
    expect(complaints).toEqual([])
  })

  test('a token typed by hand works from the keyboard alone; a wrong one is told apart', async () => {
    const { origin, token } = await untouched()
    const { page, complaints } = await open({ javaScriptEnabled: false })
    for (const [typed, said] of [
      ['not-this-one', 'This is not the set-up token'],
      [token, 'This is your first key'],
    ] as const) {
      await page.goto(`${origin}/setup`)
      for (const text of [typed, 'Ada', 'ada@example.com', 'an engine of difference']) {
        await page.keyboard.press('Tab')
        await page.keyboard.type(text)
      }
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByText(said).waitFor()
    }
    expect(complaints).toEqual([])
  })

  test('an empty form goes nowhere', async () => {
    const { origin } = await untouched()
    const { page } = await open()
    await page.goto(`${origin}/setup`)
    await page.getByRole('button').click()
    expect(page.url()).toBe(`${origin}/setup`)
    expect(await page.locator('input:invalid').count()).toBe(4)
  })
})

test('a person allows on the practice provider’s page, and comes back to a page that says so', async () => {
  const made = await scene({ behaviour: { consent: 'page' } })
  const { page, complaints } = await open()
  const id = await made.account()
  await page.goto(await made.authorize(id))
  expect(await page.getByRole('heading').innerText()).toBe('Practice authorization')
  expect(await page.getByText('Your answer is sent to').innerText()).toContain(made.sallyport.origin)
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'Loopback is connected' }).waitFor()
  expect(await made.read(id)).toMatchObject({ status: 'connected' })
  expect(complaints).toEqual([])
})

const longName = 'Extraordinarily_long_integration_name_without_any_space_that_somebody_really_gave_it_once'

/** Every page of ours, each by what leads there. */
const pages: Readonly<Record<string, (page: Page, made: Scene) => Promise<unknown>>> = {
  front: (page, { sallyport }) => page.goto(`${sallyport.origin}/`),
  'setup-done': async (page, { sallyport }) => {
    await page.goto(`${sallyport.origin}/setup`)
    await page.getByRole('heading', { name: 'Set-up is done' }).waitFor()
  },
  error: (page, { sallyport }) => page.goto(`${sallyport.origin}/errors/account_needs_reconnect`),
  practice: async (page, made) => page.goto(await made.authorize(await made.account())),
  'practice-refuses': (page, { provider }) => page.goto(`${provider.origin}/authorize?client_id=client`),
  connected: async (page, made) => {
    await page.goto(await made.authorize(await made.account()))
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'is connected' }).waitFor()
  },
  denied: async (page, made) => {
    await page.goto(await made.authorize(await made.account()))
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByRole('heading', { name: 'was not connected' }).waitFor()
  },
  'denied-long': async (page, made) => {
    await made.define({ ...codeDefinition(made.provider, {}, 'long'), name: longName })
    made.provider.script(
      'GET /authorize',
      ({ query }) => {
        const asked = new URLSearchParams(query)
        const said = { error: 'access_denied', error_description: `${'W'.repeat(150)} and so on.` }
        const back = new URLSearchParams({ ...said, state: asked.get('state') ?? '' })
        return { status: 303, headers: { Location: `${asked.get('redirect_uri')}?${back}` } }
      },
      { times: 1 },
    )
    await page.goto(await made.authorize(await made.account('long')))
  },
  'not-this-browser': (page, { sallyport }) => page.goto(`${sallyport.origin}/callback/int_x?state=x`),
  'address-too-long': (page, { sallyport }) =>
    page.goto(`${sallyport.origin}/callback/int_x?state=${'x'.repeat(9000)}`),
  'headers-too-large': async (page, { sallyport }) => {
    await leaveCookies(page, sallyport.origin, 18)
    await page.goto(`${sallyport.origin}/callback/int_x?state=x`)
  },
  'headers-far-too-large': async (page, { sallyport }) => {
    await leaveCookies(page, sallyport.origin, 40)
    await page.goto(`${sallyport.origin}/callback/int_x?state=x`)
  },
}

async function leaveCookies(page: Page, url: string, count: number): Promise<void> {
  const cookies = Array.from({ length: count }, (_, index) => ({
    name: `site${index}`,
    value: 'c'.repeat(2000),
    url,
  }))
  await page.context().addCookies(cookies)
}

/** Contrast is of the colours, and overflow of the width: what is so in these two is so in all four. */
const windows = [
  ['wide and light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 375, height: 667 }, colorScheme: 'dark' }],
] as const

test.each(windows)(
  'in a window that is %s every page can be read, and used by keyboard',
  async (name, options) => {
    const made = await scene({ behaviour: { consent: 'page' } })
    for (const [title, visit] of Object.entries(pages)) {
      const { page, context, complaints } = await open(options)
      await visit(page, made)
      await picture(page, `${title}-${name}`)
      const seen = {
        title,
        headings: await page.getByRole('heading', { level: 1 }).count(),
        language: await page.locator('html').getAttribute('lang'),
        overflow: await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
        hardToRead: await page.evaluate(hardToRead),
        withoutFocus: await withoutFocus(page),
        complaints,
      }
      expect(seen).toEqual({
        title,
        headings: 1,
        language: 'en',
        overflow: false,
        hardToRead: [],
        withoutFocus: [],
        complaints: [],
      })
      await picture(page, `${title}-${name}-focus`)
      await context.close()
    }
  },
)

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return
  await page.screenshot({ path: join(pictures, `${name.replaceAll(' ', '-')}.png`) })
}

/** What the Tab key comes to without a frame that shows it, or never comes to. */
async function withoutFocus(page: Page): Promise<string[]> {
  const stops = await page.locator('a, button, input').count()
  const missed: string[] = []
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press('Tab')
    const { tag, style, width } = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
      return {
        tag: document.activeElement?.tagName ?? 'nothing',
        style: outlineStyle,
        width: Number.parseFloat(outlineWidth),
      }
    })
    if (!/^(A|BUTTON|INPUT)$/.test(tag) || style !== 'solid' || width < 2)
      missed.push(`${tag} ${style} ${width}`)
  }
  return missed
}

/** Texts whose contrast is below 4.5 (WCAG 2.2 §1.4.3), or which are smaller than 14 pixels. Runs in the page. */
function hardToRead(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const parse = (color: string): number[] => {
    if (!canvas) return []
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
    return [red, green, blue, alpha / 255]
  }
  const over = (top: number[], below: number[]) => {
    const [, , , alpha = 1] = top
    return [0, 1, 2].map((at) => (top[at] ?? 0) * alpha + (below[at] ?? 0) * (1 - alpha))
  }
  const behind = (element: Element | null): number[] => {
    if (!element) return parse('Canvas')
    const own = parse(getComputedStyle(element).backgroundColor)
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement))
  }
  const luminance = (color: number[]) => {
    const [red = 0, green = 0, blue = 0] = color.map((each) => {
      const part = each / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const elements = [...document.body.querySelectorAll('*')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
  )
  return elements.flatMap((element) => {
    if (element instanceof HTMLScriptElement || element instanceof HTMLStyleElement) return []
    const style = getComputedStyle(element)
    const background = behind(element)
    const [lighter = 0, darker = 0] = [over(parse(style.color), background), background]
      .map(luminance)
      .sort((one, other) => other - one)
    const contrast = (lighter + 0.05) / (darker + 0.05)
    const isFine = contrast >= 4.5 && Number.parseFloat(style.fontSize) >= 14
    return isFine
      ? []
      : [`${element.textContent?.trim().slice(0, 40)}: ${contrast.toFixed(1)}, ${style.fontSize}`]
  })
}
