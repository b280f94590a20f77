import { url } from 'node:inspector'

/** Node's options that show memory, the environment, or what is encrypted, to whoever is on the machine (E7). */
const revealing: Readonly<Record<string, string>> = {
  '--inspect': 'opens a debugger, which shows every secret',
  '--inspect-brk': 'opens a debugger, which shows every secret',
  '--inspect-wait': 'opens a debugger, which shows every secret',
  '--heapsnapshot-signal': 'has the whole memory written to a file',
  '--heapsnapshot-near-heap-limit': 'has the whole memory written to a file',
  '--tls-keylog': 'writes the keys of every TLS connection to a file',
}

/** The same, unless they leave the environment out. */
const revealingEnvironment: Readonly<Record<string, string>> = {
  '--report-on-signal': 'has the environment written to a file',
  '--report-on-fatalerror': 'has the environment written to a file',
  '--report-uncaught-exception': 'has the environment written to a file',
}

/** How Node was started. */
export interface NodeProcess {
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Without a listener Node opens a debugger at this signal. */
export function openNoDebuggerBySignal(): void {
  process.on('SIGUSR1', () => undefined)
}

/** What of the way in which Node was started would show secrets, unless the operator says that it may. */
export function debuggingFaults(
  { execArgv, env }: NodeProcess = process,
  isDebuggerOpen = url() !== undefined,
): readonly string[] {
  const said = env.SALLYPORT_DEBUGGING
  if (said === 'on') return []
  const options = [...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].map(nameOf)
  const isEnvironmentLeftOut = options.includes('--report-exclude-env')
  const table = { ...revealing, ...(isEnvironmentLeftOut ? {} : revealingEnvironment) }
  const found = Object.entries(table).filter(([option]) => options.includes(option))
  const isAnswered = options.some((option) => option.startsWith('--inspect'))
  return [
    ...(said === undefined || said === 'off' ? [] : ['SALLYPORT_DEBUGGING must be on or off.']),
    ...found.map(([option, what]) => `Node's option ${option} ${what}. ${remedy}`),
    ...(env.NODE_DEBUG ? [`NODE_DEBUG has requests and their addresses printed. ${remedy}`] : []),
    ...(isDebuggerOpen && !isAnswered ? [`A debugger was opened, which shows every secret. ${remedy}`] : []),
  ]
}

const remedy = 'Start without it, or set SALLYPORT_DEBUGGING=on where there are no real secrets.'

/** As Node reads it: quoted or not, with `-` or `_` between words, with or without a value. */
function nameOf(word: string): string {
  const [name = ''] = word.replace(/["\\]/g, '').split('=')
  return name.replaceAll('_', '-')
}
