import cluster from 'node:cluster'
import { once } from 'node:events'
import { traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import type { Outside } from '../compose.ts'
import type { Config } from '../config.ts'
import { startListening } from '../listening.ts'
import { composeRealms, type Deployment } from '../realms.ts'
import { StartRefused } from '../start-refused.ts'
import { stopOnce } from '../stop.ts'
import type { FromWorker, Role, ToWorker } from './messages.ts'
import { RealmChannel } from './realm-channel.ts'

type Channels = ReadonlyMap<string, RealmChannel>

/** Serves beside the other workers of this node, until the primary says that it is to stop, or is gone. */
export async function work(config: Config, log: Logger, outside?: Outside): Promise<void> {
  const role = await roleOf()
  const own = log.child({ worker: role.number })
  const channels: Channels = new Map(
    config.realms.map(({ realm }) => [
      realm,
      new RealmChannel(role, (message) => send({ realm, ...message }), outside?.timers),
    ]),
  )
  try {
    const placeOf = (realm: string) => channelOf(channels, realm).place
    const deployment = await composeRealms(config, own, { outside, placeOf })
    // Were it gone, a connection that the primary hands to it in this moment would hang: it refuses that, and another has it.
    const stop = stopOnce(deployment, () => send({ kind: 'closed' }))
    process.on('SIGTERM', stop)
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') stop()
      else if (message.kind !== 'start') receive(channels, deployment, own, message)
    })
    const setup = await startListening(deployment, config, { offersSetup: role.isAlone })
    send({ kind: 'listening', setup })
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    process.send?.({ kind: 'refused', faults: error.faults } satisfies FromWorker, () => process.exit(1))
  }
}

function receive(
  channels: Channels,
  deployment: Deployment,
  log: Logger,
  message: Extract<ToWorker, { readonly realm: string }>,
): void {
  const realm = deployment.realms.find(({ settings }) => settings.realm === message.realm)
  if (!realm) throw new Error('A worker was told something of a realm that it does not have.')
  channelOf(channels, message.realm)
    .receive(message, realm.sallyport)
    .catch((cause: unknown) => log.error({ cause: traceOf(cause) }, 'another worker was not answered'))
}

function channelOf(channels: Channels, realm: string): RealmChannel {
  const channel = channels.get(realm)
  if (!channel) throw new Error('A worker was told something of a realm that it does not have.')
  return channel
}

async function roleOf(): Promise<Role> {
  // A terminal interrupts all processes; the primary decides when each stops.
  process.on('SIGINT', () => undefined)
  const said = once(process, 'message')
  send({ kind: 'begun' })
  const [message] = (await said) as [ToWorker]
  if (message.kind !== 'start') throw new Error('A worker was told something before what it is.')
  return message.role
}

function send(message: FromWorker): void {
  // Without the primary this process ends by itself.
  if (cluster.worker?.isConnected()) process.send?.(message)
}
