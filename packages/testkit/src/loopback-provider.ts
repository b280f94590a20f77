import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Behaviour, createProvider, type Family, requestFrom } from '@sallyport/emulator'
import { selfSignedCertificate } from './certificate.ts'
import { createGates, type Gate, type GateMoment } from './gate.ts'
import { type Listening, listen } from './listen.ts'
import { createRecord, type ReceivedRequest } from './received.ts'
import { createScripts, type Script, type ScriptOptions } from './scripts.ts'
import { sendScripted } from './send-scripted.ts'

/** What a loopback provider may be given. */
export interface LoopbackProviderOptions {
  /** Where it departs from the defaults: client `client` / `client-secret`, consent given without a page. */
  behaviour?: Partial<Behaviour>
  clock?: { now(): number }
  /** Serve https with a certificate made for the occasion. */
  tls?: boolean
}

/** A provider on a real socket, which remembers what it was sent and misbehaves on demand. */
export interface LoopbackProvider {
  readonly origin: string
  /** To be trusted as `ca`; with `tls` only. */
  readonly certificate: string | undefined
  readonly behaviour: Behaviour
  readonly reuseEvents: number
  readonly connections: number
  /** What became of the authorization that a refresh token belongs to; fails where none was issued. */
  family(refreshToken: string): Family
  /** Requests on a route such as `POST /token`, `ANY /api/*`; all without one. */
  received(route?: string): ReceivedRequest[]
  /** Clears the record; tokens, scripts and gates stay. */
  forget(): void
  /** Replaces replies on a route, and returns what takes the script back. */
  script(route: string, script: Script, options?: ScriptOptions): () => void
  hold(route: string, options?: { moment?: GateMoment }): Gate
  forgetAccessTokens(): void
  withdrawConsent(): void
  close(): Promise<void>
}

/**
 * Starts a provider on 127.0.0.1.
 *
 * @example
 * const provider = await loopbackProvider()
 * provider.script('POST /token', faults.lostAnswer(), { times: 1 })
 * // …
 * expect(provider.received('POST /token')).toHaveLength(2)
 */
export async function loopbackProvider(options: LoopbackProviderOptions = {}): Promise<LoopbackProvider> {
  const { clock } = options
  const provider = createProvider({
    behaviour: {
      clients: [{ clientId: 'client', clientSecret: 'client-secret' }],
      consent: 'allow',
      ...options.behaviour,
    },
    ...(clock ? { now: () => clock.now() } : {}),
  })
  const record = createRecord()
  const scripts = createScripts()
  const gates = createGates()
  const certificate = options.tls ? await selfSignedCertificate() : undefined
  const server: Listening = await listen(answer, { certificate })
  if (provider.behaviour.issuer === '') provider.behaviour.issuer = server.origin

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrival = record.arrived(message)
    const send = async (script: Script) => {
      const own = () => provider.respond(requestFrom(message, arrival.bytes))
      const reply = typeof script === 'function' ? await script(arrival, own) : script
      await gates.pass(arrival, 'reply')
      await sendScripted(response, reply, server.reset)
    }

    const early = scripts.next(arrival, { beforeBody: true })
    if (early) return send(early)
    try {
      await arrival.read(message)
    } catch {
      return // The client went away in the middle of its request, and the record says so.
    }
    await gates.pass(arrival, 'request')
    await send(scripts.next(arrival, { beforeBody: false }) ?? ((_request, own) => own()))
  }

  return {
    origin: server.origin,
    certificate: certificate?.certificate,
    behaviour: provider.behaviour,
    get reuseEvents() {
      return provider.reuseEvents
    },
    get connections() {
      return server.connections
    },
    family(refreshToken) {
      const family = provider.family(refreshToken)
      if (!family) throw new Error('This refresh token is not from here.')
      return family
    },
    received: record.received,
    forget: record.forget,
    script: scripts.add,
    hold: (route, { moment } = {}) => gates.hold(route, moment),
    forgetAccessTokens: provider.forgetAccessTokens,
    withdrawConsent: provider.withdrawConsent,
    close: server.close,
  }
}
