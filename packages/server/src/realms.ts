import { createServer, type ServerResponse } from 'node:http'
import { SallyportError } from '@sallyport/core'
import type { Logger } from 'pino'
import {
  type AmongRealms,
  compose,
  drainMilliseconds,
  type Outside,
  type Place,
  type Sallyport,
} from './compose.ts'
import { type Config, ofRealm } from './config.ts'
import { fail } from './endpoints/proxy.ts'
import type { Health } from './endpoints/public.ts'
import { ByHost } from './http/by-host.ts'
import { createListener } from './http/listener.ts'
import { problemReply } from './http/problem.ts'
import { requestIds } from './http/request-id.ts'
import { dropRest } from './http/rest-of-request.ts'
import { practiceProvider } from './practice.ts'
import type { RealmSettings } from './realm-settings.ts'
import { openEach, refuseSharedKeys } from './separate-realms.ts'

/** All realms of this process, not yet listening. */
export interface Deployment {
  readonly realms: readonly ComposedRealm[]
  readonly practiceOrigin: string | undefined
  listen(where: { readonly host: string; readonly port: number }): Promise<void>
  /** Lets what is under way end, for so long at most, then closes everything. */
  close(drain?: number): Promise<void>
}

/** A realm, put together. */
export interface ComposedRealm {
  readonly settings: RealmSettings
  readonly sallyport: Sallyport
}

type PlaceOf = (realm: string) => Place

/**
 * Puts every realm together. Several share the process and its port, and nothing else: each has a database, a key ring, a
 * journal and a broker of its own.
 *
 * @throws StartRefused where one of them cannot be opened; then none is
 */
export async function composeRealms(
  config: Config,
  log: Logger,
  { outside, placeOf }: { readonly outside?: Outside | undefined; readonly placeOf?: PlaceOf } = {},
): Promise<Deployment> {
  const at = (realm: string) => ({ ...outside, place: placeOf?.(realm) })
  if (config.realms.length === 1) return alone(config, await compose(config, log, at(config.realm)))
  refuseSharedKeys(config)
  const practice = config.practice && !placeOf ? await practiceProvider(config, log) : undefined
  const byHost = new ByHost(misdirection(config))
  const realms: ComposedRealm[] = []
  const open = async (settings: RealmSettings, isFirst: boolean) => {
    const among: AmongRealms = {
      isFirst,
      practiceOrigin: placeOf?.(settings.realm).practiceOrigin ?? practice?.origin,
      serve(listeners) {
        byHost.add(settings.publicUrl, listeners)
        // The others' would never listen.
        return isFirst ? createListener(byHost.listeners, config.limits) : createServer()
      },
      health: () => healthOf(realms),
      nodeMetrics: async () =>
        (await Promise.all(realms.map(({ sallyport }) => sallyport.nodeMetrics()))).flat(),
    }
    const its = log.child({ realm: settings.realm })
    const sallyport = await compose(ofRealm(config, settings), its, { ...at(settings.realm), among })
    realms.push({ settings, sallyport })
    return sallyport
  }
  try {
    await openEach(config.realms, open, (sallyport) => sallyport.close(0))
  } catch (error) {
    await practice?.close()
    throw error
  }
  return {
    ...{ realms, practiceOrigin: realms[0]?.sallyport.practiceOrigin },
    listen: (where) => listenForAll(realms, where),
    async close(milliseconds = drainMilliseconds) {
      await forEach(realms, (sallyport) => sallyport.drain(milliseconds))
      await forEach(realms, (sallyport) => sallyport.release())
      await practice?.close()
    },
  }
}

function alone(config: Config, sallyport: Sallyport): Deployment {
  return {
    realms: [{ settings: config, sallyport }],
    practiceOrigin: sallyport.practiceOrigin,
    listen: async (where) => void (await sallyport.app.listen(where)),
    close: (drain) => sallyport.close(drain),
  }
}

/** The first has the server. */
async function listenForAll(
  [first, ...others]: readonly ComposedRealm[],
  where: { readonly host: string; readonly port: number },
): Promise<void> {
  for (const { sallyport } of others) await sallyport.app.ready()
  await first?.sallyport.app.listen(where)
}

/** All of them to the end, whatever becomes of one. */
async function forEach(
  realms: readonly ComposedRealm[],
  work: (sallyport: Sallyport) => Promise<void>,
): Promise<void> {
  const done = await Promise.allSettled(realms.map(({ sallyport }) => work(sallyport)))
  for (const each of done) if (each.status === 'rejected') throw each.reason
}

function healthOf(realms: readonly ComposedRealm[]): Health {
  const named = realms.map(({ settings, sallyport }) => {
    const health = sallyport.health()
    const status = Object.keys(health).length === 0 ? 'ready' : 'impaired'
    return [settings.realm, { status, ...health }] as const
  })
  return { realms: Object.fromEntries(named) }
}

/** Answers what is for none of the realms. */
function misdirection({ publicUrl }: Config): (response: ServerResponse) => void {
  const newRequestId = requestIds()
  return (response) => {
    response.once('close', () => dropRest(response.req))
    fail(response, problemReply(publicUrl, new SallyportError('realm_unknown'), newRequestId()))
  }
}
