import type { Logger } from 'pino'
import { compose, drainMilliseconds, type Sallyport } from './compose.ts'
import type { Config } from './config.ts'
import { practiceProvider } from './practice.ts'
import { refuseSharedKeys } from './separate-realms.ts'
import { type ComposedRealm, type Outsides, SeveralRealms } from './several-composed.ts'

/** All realms of this process, not yet listening. */
export interface Deployment {
  readonly realms: readonly ComposedRealm[]
  readonly practiceOrigin: string | undefined
  listen(where: { readonly host: string; readonly port: number }): Promise<void>
  /** Lets what is under way end, for so long at most, then closes everything. */
  close(drain?: number): Promise<void>
}

/**
 * Puts every realm together. Several share the process and its port, and nothing else: each has a database, outer keys, a
 * journal and a broker of its own.
 *
 * @throws StartRefused where one of them cannot be opened; KeyServiceFailure where none can be yet; then none is
 */
export async function composeRealms(
  config: Config,
  log: Logger,
  outsides: Outsides = {},
): Promise<Deployment> {
  const { outside, placeOf } = outsides
  if (config.realms.length === 1) {
    return alone(config, await compose(config, log, { ...outside, place: placeOf?.(config.realm) }))
  }
  refuseSharedKeys(config)
  const practice = config.practice && !placeOf ? await practiceProvider(config, log) : undefined
  const several = new SeveralRealms(config, log, { ...outsides, practiceOrigin: practice?.origin })
  try {
    await several.open()
  } catch (error) {
    await practice?.close()
    throw error
  }
  const { realms } = several
  return {
    ...{ realms, practiceOrigin: realms[0]?.sallyport.practiceOrigin },
    listen: (where) => listenForAll(realms, where),
    async close(milliseconds = drainMilliseconds) {
      several.stopWaiting()
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
