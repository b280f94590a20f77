import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Starts the machine's Chromium without a window; fails, with the mend, where there is none. */
export function browser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumExecutable(process.env.CHROMIUM_PATH, existsSync),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** `CHROMIUM_PATH` if it is set, else the first of the usual places at which something is. */
export function chromiumExecutable(chosen: string | undefined, exists: (path: string) => boolean): string {
  const found = (chosen === undefined ? usualPlaces : [chosen]).find(exists)
  if (found !== undefined) return found
  const sought =
    chosen === undefined ? 'No Chromium was found.' : `CHROMIUM_PATH names ${chosen}, which is not there.`
  throw new Error(`${sought} Install it: apt-get install -y chromium`)
}
