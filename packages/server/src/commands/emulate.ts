import { Catalogue } from '@sallyport/catalog'
import type { ProviderEntry } from '@sallyport/contract'
import { type Conduct, type Emulated, type Emulator, type Exchange, startEmulator } from '@sallyport/emulator'
import { systemCode } from '../durable.ts'
import { badConfiguration, badUsage, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'

const usualPort = 3320

/** Serves a provider made from an entry of the catalogue, for whoever develops against it, until it is stopped. */
export async function emulate(options: CommandOptions): Promise<void> {
  const { provider = '' } = options
  const settings = settingsOf(options)
  if ('fault' in settings) return refuse(settings.fault, badUsage)
  const entry = await new Catalogue().entry(provider)
  if (!entry) return refuse(await noEntry(provider), badUsage)
  if (entry.definition.baseUrl === undefined) {
    return refuse(`${entry.name} is not spoken over HTTP. Any server of it will do.`, badUsage)
  }
  try {
    const emulator = await emulated(entry, settings, (lines) => say(lines))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close())
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE') throw error
    refuse(`The port ${settings.port} is taken. Name another with --port.`, badConfiguration)
  }
}

/** How it is served. */
export interface Emulation {
  readonly port: number
  readonly conduct: Partial<Conduct>
}

/** Starts it, and says what to enter and, from then on, what came. */
export async function emulated(
  entry: ProviderEntry,
  { port, conduct }: Emulation,
  tell: (lines: readonly string[]) => void,
): Promise<Emulator> {
  const emulator = await startEmulator({ port, told: (exchange) => tell(said(exchange)) })
  tell(introduction(entry, emulator, emulator.add(entry, conduct)))
  return emulator
}

function introduction(
  { name, id }: ProviderEntry,
  { origin }: Emulator,
  { use }: Emulated,
): readonly string[] {
  const { input, parameters, secret } = use
  const account = {
    ...{ integration: input.key, name: 'Sample' },
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Object.keys(secret).length > 0 && { secret }),
  }
  return [
    `${name} is emulated at ${origin}/${id}. Start Sallyport with SALLYPORT_ALLOWED_PRIVATE_CIDRS=127.0.0.0/8, then`,
    '',
    'POST /v1/integrations',
    JSON.stringify(input),
    '',
    'POST /v1/accounts',
    JSON.stringify(account),
    '',
    ...(isAuthorized(use.definition.auth)
      ? ['POST /v1/accounts/{id}/authorize, and open the authorizationUrl that it answers.', '']
      : []),
    'What comes, and what is wrong with it:',
  ]
}

/** Whether somebody has to consent. */
function isAuthorized(auth: object): boolean {
  const { grant, requestTokenUrl } = auth as { grant?: string; requestTokenUrl?: string }
  return grant === 'authorization_code' || grant === 'device_code' || requestTokenUrl !== undefined
}

/** Without query and body, where secrets are. */
function said({ purpose, accepted, reasons, request, reply }: Exchange): readonly string[] {
  const first = `${accepted ? 'as declared' : 'REFUSED'}  ${purpose}: ${request.method} ${request.path} → ${reply.status}`
  return [first, ...reasons.map((reason) => `    ${reason}`)]
}

function settingsOf(options: CommandOptions): Emulation | { readonly fault: string } {
  const port = options.port === undefined ? usualPort : Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return { fault: '--port takes a number from 0 to 65535.' }
  const expiresInSeconds = options['expires-in'] === undefined ? undefined : Number(options['expires-in'])
  if (expiresInSeconds !== undefined && !(expiresInSeconds >= 1))
    return { fault: '--expires-in takes seconds.' }
  const { rotate, fail = 'nothing', page = false } = options
  if (rotate !== undefined && rotate !== 'on' && rotate !== 'off')
    return { fault: '--rotate takes on or off.' }
  const refusing = failures.find((each) => each === fail)
  if (!refusing) return { fault: `--fail takes one of: ${failures.slice(1).join(', ')}.` }
  const rotates = rotate === undefined ? undefined : rotate === 'on'
  return { port, conduct: { expiresInSeconds, rotates, refusing, asksOnPage: page } }
}

const failures: readonly Conduct['refusing'][] = ['nothing', 'credential', 'rate', 'token']

async function noEntry(provider: string): Promise<string> {
  const { items } = await new Catalogue().search({ q: provider, limit: 5, after: undefined })
  const names = items.map(({ id }) => id).join(', ')
  return `The catalogue has no entry ${provider}.${names === '' ? '' : ` It has: ${names}.`}`
}

function refuse(sentence: string, exitCode: number): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = exitCode
}
