import type { Browser, BrowserContext } from 'playwright-core'
import type { RunningServer } from '../server.ts'

/** Has somebody invited and logged in; what their browser keeps of it. */
export async function logIn(
  browser: Browser,
  origin: string,
  { adminKey }: Pick<RunningServer, 'adminKey'>,
): Promise<Awaited<ReturnType<BrowserContext['storageState']>>> {
  const reply = await fetch(`${origin}/v1/invitations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', role: 'owner' }),
  })
  const { url } = (await reply.json()) as { readonly url: string }
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('New password').fill('an engine of difference')
  await page.getByRole('button').first().click()
  await page.waitForURL(/\/account/)
  const state = await context.storageState()
  await context.close()
  return state
}
