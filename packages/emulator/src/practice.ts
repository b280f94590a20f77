import { createProvider } from './provider.ts'
import { type RunningServer, serve } from './serve.ts'

/**
 * Starts the practice provider: a place to rehearse every way of connecting without an account anywhere.
 * Its credentials are public knowledge, so it belongs on a loopback address. It forgets all when it stops.
 *
 * @example
 * const practice = await startPractice({ host: '127.0.0.1', port: 3310 })
 * // client practice / practice-secret, API key practice-key, basic practice / practice-password
 */
export async function startPractice(address: { host: string; port: number }): Promise<RunningServer> {
  const provider = createProvider({
    behaviour: {
      clients: [{ clientId: 'practice', clientSecret: 'practice-secret' }],
      clientAuthenticationMethods: ['basic', 'body'],
      accessTokenLifetimeSeconds: 600,
      rotation: 'strict',
      subject: 'practice@example.test',
      apiKey: 'practice-key',
      basic: { username: 'practice', password: 'practice-password' },
    },
  })
  const server = await serve(provider.respond, address)
  provider.behaviour.issuer = server.origin
  return server
}
