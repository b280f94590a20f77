import type { Config } from './config.ts'
import { practicePort } from './practice.ts'
import type { Deployment } from './realms.ts'
import { StartRefused } from './start-refused.ts'

/** A realm that is still to be set up, and what with. */
export interface SetupOffer {
  readonly realm: string
  readonly token: string
}

/**
 * Listens where the configuration says.
 *
 * @returns the tokens to set up with, where that is still to be done and nobody else offers them
 * @throws StartRefused, with all closed again
 */
export async function startListening(
  deployment: Deployment,
  config: Config,
  { offersSetup = true }: { readonly offersSetup?: boolean } = {},
): Promise<readonly SetupOffer[]> {
  const ready = await Promise.all(deployment.realms.map(({ sallyport }) => sallyport.broker.setup.isDone()))
  const unready = deployment.realms.filter((_, index) => !ready[index])
  if (!config.isLoopback && unready.length > 0) {
    await deployment.close()
    throw new StartRefused([
      earlyHost(
        unready.map(({ settings }) => settings.realm),
        config,
      ),
    ])
  }
  await listen(deployment, config)
  if (!offersSetup) return []
  // Not before the port is ours: a second start by mistake would take the first one's link away.
  return Promise.all(
    unready.map(async ({ settings, sallyport }) => ({
      realm: settings.realm,
      token: await sallyport.broker.setup.offer(),
    })),
  )
}

function earlyHost(unready: readonly string[], { realms, realm }: Config): string {
  const adminKey = unready.includes(realm) ? ', or set SALLYPORT_ADMIN_KEY' : ''
  if (realms.length === 1) {
    return `SALLYPORT_HOST may be other than loopback only once set-up is done. Set up on loopback first${adminKey}.`
  }
  const first = adminKey && `${adminKey} for ${realm}`
  return `SALLYPORT_HOST may be other than loopback only once each realm is set up. Still to be: ${unready.join(', ')}. Set up on loopback first${first}.`
}

/** What is printed once it listens. */
export function greeting(
  config: Config,
  {
    practiceOrigin,
    setup,
  }: { readonly practiceOrigin: string | undefined; readonly setup: readonly SetupOffer[] },
): string[] {
  const { realms, host, port, publicUrl } = config
  const isAlone = realms.length === 1
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const links = realms.flatMap((of) => {
    const offer = setup.find(({ realm }) => realm === of.realm)
    const whose = isAlone ? '' : ` (realm ${of.realm})`
    return offer ? [`Set up once${whose}: ${of.publicUrl}/setup#token=${offer.token}`] : []
  })
  return [
    `Sallyport listens on ${isAlone ? publicUrl : address}`,
    ...(isAlone ? [] : realms.map((of) => `Realm ${of.realm}: ${of.publicUrl}`)),
    ...(config.practice ? [practiceLine(practiceOrigin, config)] : []),
    ...links,
  ]
}

function practiceLine(origin: string | undefined, config: Config): string {
  if (origin) return `Practice provider on ${origin}`
  return `No practice provider: port ${practicePort(config)} is taken. Free it, or choose another SALLYPORT_PORT.`
}

async function listen(deployment: Deployment, config: Config): Promise<void> {
  try {
    await deployment.listen({ host: config.host, port: config.port })
  } catch (error) {
    await deployment.close()
    throw refusedAddress(error, config)
  }
}

/** Why it cannot be listened where the configuration says. */
export function refusedAddress(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): StartRefused {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new StartRefused([
    code === 'EADDRINUSE'
      ? `SALLYPORT_PORT ${port} is taken. Stop what listens there, or choose another.`
      : `SALLYPORT_HOST ${host} cannot be listened on (${code}).`,
  ])
}
