import type { Sallyport } from './compose.ts'
import type { Config } from './config.ts'
import { practicePort } from './practice.ts'
import { StartRefused } from './start-refused.ts'

/**
 * Listens where the configuration says.
 *
 * @returns the token to set up with, where that is still to be done and nobody else offers one
 * @throws StartRefused, with all closed again
 */
export async function startListening(
  sallyport: Sallyport,
  config: Config,
  { offersSetup = true }: { readonly offersSetup?: boolean } = {},
): Promise<string | undefined> {
  const { broker } = sallyport
  const isSetUp = await broker.setup.isDone()
  if (!config.isLoopback && !isSetUp) {
    await sallyport.close()
    throw new StartRefused([
      'SALLYPORT_HOST may be other than loopback only once set-up is done. Set up on loopback first, or set SALLYPORT_ADMIN_KEY.',
    ])
  }
  await listen(sallyport, config)
  // Not before the port is ours: a second start by mistake would take the first one's link away.
  return isSetUp || !offersSetup ? undefined : broker.setup.offer()
}

/** What is printed once it listens. */
export function greeting(
  config: Config,
  { practiceOrigin, setupToken }: { readonly practiceOrigin?: string; readonly setupToken?: string },
): string[] {
  return [
    `Sallyport listens on ${config.publicUrl}`,
    ...(config.practice ? [practiceLine(practiceOrigin, config)] : []),
    ...(setupToken ? [`Set up once: ${config.publicUrl}/setup#token=${setupToken}`] : []),
  ]
}

function practiceLine(origin: string | undefined, config: Config): string {
  if (origin) return `Practice provider on ${origin}`
  return `No practice provider: port ${practicePort(config)} is taken. Free it, or choose another SALLYPORT_PORT.`
}

async function listen(sallyport: Sallyport, config: Config): Promise<void> {
  try {
    await sallyport.app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await sallyport.close()
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'EADDRINUSE') {
      throw new StartRefused([
        `SALLYPORT_PORT ${config.port} is taken. Stop what listens there, or choose another.`,
      ])
    }
    throw new StartRefused([`SALLYPORT_HOST ${config.host} cannot be listened on (${code}).`])
  }
}
