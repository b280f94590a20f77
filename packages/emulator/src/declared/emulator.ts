import type { ProviderEntry } from '@sallyport/contract'
import { jsonReply } from '../message.ts'
import { type RunningServer, serve } from '../serve.ts'
import type { Conduct } from './context.ts'
import { type DeclaredProvider, declaredProvider } from './declared-provider.ts'
import { type SampleUse, sampleUse } from './sample-use.ts'
import type { Exchange } from './verdict.ts'

/** An entry that is being emulated: how to use it, and its provider. */
export interface Emulated {
  readonly use: SampleUse
  readonly provider: DeclaredProvider
}

/** A server of many providers, each under a path of its own. */
export interface Emulator extends RunningServer {
  /** Makes a provider from an entry, in place of an earlier one. */
  add(entry: ProviderEntry, conduct?: Partial<Conduct>): Emulated
}

/** How an emulator is started. */
export interface EmulatorOptions {
  readonly host?: string
  /** Any that is free unless given. */
  readonly port?: number
  readonly now?: () => number
  /** Told of each exchange. */
  readonly told?: (exchange: Exchange) => void
}

/**
 * Starts an emulator of providers, made from entries of the catalogue alone.
 *
 * @example
 * const emulator = await startEmulator()
 * const { use, provider } = emulator.add(entry)
 * // POST use.input to /v1/integrations, connect an account with use.parameters and use.secret, then
 * // provider.exchanges('token') says what came, and why it was refused if it was
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, now, told } = options
  const providers = new Map<string, DeclaredProvider>()
  const server = await serve(
    (request) => {
      const provider = providers.get(request.path.split('/')[1] ?? '')
      if (!provider) return jsonReply(404, { error: 'not_found' })
      const exchange = provider.respond(request)
      told?.(exchange)
      return exchange.reply
    },
    { host, port },
  )
  return {
    ...server,
    add(entry, conduct = {}) {
      const addresses = { origin: server.origin, mount: entry.id }
      const { paging } = entry
      const use = sampleUse(entry, addresses)
      const provider = declaredProvider({ ...use, addresses, conduct, paging, ...(now && { now }) })
      providers.set(entry.id, provider)
      return { use, provider }
    },
  }
}
