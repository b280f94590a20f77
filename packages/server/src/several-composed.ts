import { createServer, type ServerResponse } from 'node:http'
import { SallyportError, traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import { type AmongRealms, compose, type Outside, type Place, type Sallyport } from './compose.ts'
import { type Config, ofRealm } from './config.ts'
import { fail } from './endpoints/proxy.ts'
import type { Health } from './endpoints/public.ts'
import { ByHost } from './http/by-host.ts'
import { createListener, type Listeners } from './http/listener.ts'
import { problemReply } from './http/problem.ts'
import { requestIds } from './http/request-id.ts'
import { dropRest } from './http/rest-of-request.ts'
import { whenInReach } from './in-reach.ts'
import type { RealmSettings } from './realm-settings.ts'
import { openEach } from './separate-realms.ts'
import { StartRefused } from './start-refused.ts'
import { waitingListeners } from './waiting-room.ts'

/** A realm, put together. */
export interface ComposedRealm {
  readonly settings: RealmSettings
  readonly sallyport: Sallyport
}

/** What realms are put together with. */
export interface Outsides {
  readonly outside?: Outside | undefined
  readonly placeOf?: (realm: string) => Place
  /** Comes back when this process may open a realm, where another has to before; undefined: it may. */
  readonly mayOpen?: (realm: string) => Promise<void> | undefined
}

type Parts = Outsides & { readonly practiceOrigin: string | undefined }

/** Several realms of a process. One whose key service cannot be reached comes later, and hinders no other (E6). */
export class SeveralRealms {
  readonly realms: ComposedRealm[] = []
  readonly #config: Config
  readonly #log: Logger
  readonly #parts: Parts
  readonly #byHost: ByHost
  readonly #closing = new AbortController()

  constructor(config: Config, log: Logger, parts: Parts) {
    this.#config = config
    this.#log = log
    this.#parts = parts
    this.#byHost = new ByHost(misdirection(config))
  }

  /** Opens those that can be. @throws StartRefused, KeyServiceFailure */
  async open(): Promise<void> {
    const { mayOpen } = this.#parts
    const now = this.#config.realms.filter(({ realm }) => !mayOpen?.(realm))
    const { late } = await openEach(
      now,
      (settings, isFirst) => this.#openNow(settings, isFirst),
      (sallyport) => sallyport.close(0),
    )
    const later = this.#config.realms.filter((each) => late.includes(each) || !now.includes(each))
    for (const settings of later) {
      this.#byHost.add(settings.publicUrl, waitingListeners(settings.publicUrl))
      const its = this.#log.child({ realm: settings.realm })
      this.#openLater(settings, its).catch((error: unknown) => {
        if (this.#closing.signal.aborted) return
        const refusals = error instanceof StartRefused ? error.faults : undefined
        its.error(
          { refusals, cause: traceOf(error) },
          'this realm cannot be opened: correct it, then start again',
        )
      })
    }
  }

  /** Those that are late stay away. */
  stopWaiting(): void {
    this.#closing.abort()
  }

  async #openNow(settings: RealmSettings, isFirst: boolean): Promise<Sallyport> {
    const sallyport = await this.#composed(settings, { isFirst }, (listeners) =>
      this.#byHost.add(settings.publicUrl, listeners),
    )
    this.realms.push({ settings, sallyport })
    return sallyport
  }

  async #openLater(settings: RealmSettings, log: Logger): Promise<void> {
    await this.#parts.mayOpen?.(settings.realm)
    let ready: Listeners | undefined
    const composed = () =>
      this.#composed(settings, { isLate: true }, (listeners) => {
        ready = listeners
      })
    const sallyport = await whenInReach(composed, {
      told: ({ detail }) => log.warn({ detail }, 'the key service cannot be reached: this realm comes later'),
      signal: this.#closing.signal,
    })
    await sallyport.app.ready()
    const isSetUp = await sallyport.broker.setup.isDone()
    if (this.#closing.signal.aborted || !ready || !isSetUp) {
      await sallyport.close(0)
      throw new StartRefused(['It is still to be set up. Start again, while its key service can be reached.'])
    }
    this.realms.push({ settings, sallyport })
    this.#byHost.add(settings.publicUrl, ready)
    log.info({}, 'this realm is open')
  }

  #composed(
    settings: RealmSettings,
    { isFirst = false, isLate = false }: { readonly isFirst?: boolean; readonly isLate?: boolean },
    listens: (listeners: Listeners) => void,
  ): Promise<Sallyport> {
    const { outside, placeOf, practiceOrigin } = this.#parts
    const usual = placeOf?.(settings.realm)
    // Another worker may have opened it in the meantime.
    const place = usual && (isLate ? { ...usual, isAlone: false } : usual)
    const among: AmongRealms = {
      isFirst,
      practiceOrigin: place?.practiceOrigin ?? practiceOrigin,
      serve: (listeners) => {
        listens(listeners)
        // The others' would never listen.
        return isFirst ? createListener(this.#byHost.listeners, this.#config.limits) : createServer()
      },
      health: () => this.#health(),
      nodeMetrics: async () =>
        (await Promise.all(this.realms.map(({ sallyport }) => sallyport.nodeMetrics()))).flat(),
    }
    const its = this.#log.child({ realm: settings.realm })
    return compose(ofRealm(this.#config, settings), its, { ...outside, place, among })
  }

  #health(): Health {
    const named = this.#config.realms.map(({ realm }) => {
      const composed = this.realms.find(({ settings }) => settings.realm === realm)
      if (!composed) return [realm, { status: 'waiting', keyService: 'unreachable' }] as const
      const health = composed.sallyport.health()
      const status = Object.keys(health).length === 0 ? 'ready' : 'impaired'
      return [realm, { status, ...health }] as const
    })
    return { realms: Object.fromEntries(named) }
  }
}

/** Answers what is for none of the realms. */
function misdirection({ publicUrl }: Config): (response: ServerResponse) => void {
  const newRequestId = requestIds()
  return (response) => {
    response.once('close', () => dropRest(response.req))
    fail(response, problemReply(publicUrl, new SallyportError('realm_unknown'), newRequestId()))
  }
}
