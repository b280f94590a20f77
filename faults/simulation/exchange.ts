import type { BrokerOptions } from '@sallyport/core'
import { SallyportError } from '@sallyport/core'
import type { Provider } from '@sallyport/emulator'
import type { Oracle } from './oracle.ts'
import { ask } from './provider.ts'
import type { Turns } from './turns.ts'

/** What becomes of one exchange with the provider. */
export type ExchangeFate =
  | 'answered'
  | 'refused connection'
  | 'lost request'
  | 'lost answer'
  | 'half an answer'
  | 'gateway timeout'
  | 'unavailable'

/** As long as egress waits for a whole reply. */
const longestMilliseconds = 30_000

export interface ExchangeOptions {
  readonly who: string
  readonly turns: Turns
  readonly oracle: Oracle
  readonly provider: Provider
  readonly now: () => number
  readonly fate: () => ExchangeFate
}

/** The network and what is behind it: each stage waits for its turn, and anything may go wrong at any of them. */
export function simulatedExchange(options: ExchangeOptions): NonNullable<BrokerOptions['send']> {
  const { who, turns, oracle, provider, now } = options
  return async (request) => {
    const fate = options.fate()
    const failed = (code: 'upstream_unreachable' | 'upstream_timeout', what: string) => {
      oracle.lost(who, now())
      return new SallyportError(code, { detail: what })
    }
    await turns.take(who, 'connect')
    if (fate === 'refused connection') throw failed('upstream_unreachable', fate)
    request.reached?.('connected')
    await turns.take(who, 'send')
    // As in egress, where nothing else has its turn between the question and the first byte.
    if (request.mayBeSent?.() === false) throw failed('upstream_timeout', 'too late to be sent')
    const began = now()
    request.reached?.('sent')
    if (fate === 'lost request') throw failed('upstream_unreachable', fate)
    oracle.sent(who)
    const unavailable = { status: 503, headers: {}, body: Buffer.from('{"error":"temporarily_unavailable"}') }
    const reply =
      fate === 'unavailable'
        ? unavailable
        : ask(provider, request.method, `${request.url.path}${request.url.query}`, request)
    if (reply.status === 200) oracle.acted(who)
    oracle.note(`${who} provider ${reply.status} (${fate})`)
    await turns.take(who, 'answer')
    if (now() - began > longestMilliseconds) throw failed('upstream_timeout', 'no whole reply in time')
    if (fate === 'lost answer') throw failed('upstream_unreachable', fate)
    request.reached?.('headers')
    const gateway = { status: 504, headers: {}, cookies: [], body: Buffer.from('gateway timeout') }
    if (fate === 'gateway timeout') {
      oracle.lost(who, now())
      return gateway
    }
    await turns.take(who, 'body')
    request.reached?.('body')
    if (fate === 'half an answer') {
      oracle.lost(who, now())
      return { ...reply, cookies: [], body: reply.body.subarray(0, reply.body.length / 2) }
    }
    oracle.read(who)
    return { ...reply, cookies: [] }
  }
}
