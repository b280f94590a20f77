import cluster from 'node:cluster'
import { once } from 'node:events'
import { traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import type { Outside } from '../compose.ts'
import type { Config } from '../config.ts'
import { whenInReach } from '../in-reach.ts'
import { startListening } from '../listening.ts'
import { composeRealms, type Deployment } from '../realms.ts'
import { StartRefused } from '../start-refused.ts'
import { stopOnce } from '../stop.ts'
import { Deferral } from './deferral.ts'
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
    const late = new Deferral(role.late)
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'open') late.end(message.realm)
    })
    const mayOpen = (realm: string) => late.of(realm)
    // The primary could reach it a moment ago.
    const deployment = await whenInReach(() => composeRealms(config, own, { outside, placeOf, mayOpen }), {
      told: ({ detail }) =>
        own.warn({ detail }, 'the key service cannot be reached: this worker starts as soon as it can'),
    })
    // Were it gone, a connection that the primary hands to it in this moment would hang: it refuses that, and another has it.
    const stop = stopOnce(deployment, () => send({ kind: 'closed' }))
    process.on('SIGTERM', stop)
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') stop()
      else if (message.kind !== 'start' && message.kind !== 'open')
        receive(channels, deployment, own, message)
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
  message: Exclude<Extract<ToWorker, { readonly realm: string }>, { readonly kind: 'open' }>,
): void {
  // One that is late here hears nothing yet, and answers all the same: others wait for that.
  const realm = deployment.realms.find(({ settings }) => settings.realm === message.realm)
  channelOf(channels, message.realm)
    .receive(message, realm?.sallyport)
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
