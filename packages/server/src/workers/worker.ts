import cluster from 'node:cluster'
import { once } from 'node:events'
import { RemoteLimiter, systemTimers, traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import { compose, type Outside, type Sallyport } from '../compose.ts'
import type { Config } from '../config.ts'
import { startListening } from '../listening.ts'
import { StartRefused } from '../start-refused.ts'
import { stopOnce } from '../stop.ts'
import type { FromWorker, Role, ToWorker, Wanted } from './messages.ts'
import { Others } from './others.ts'
import { Told } from './told.ts'

/** Serves beside the other workers of this node, until the primary says that it is to stop, or is gone. */
export async function work(config: Config, log: Logger, outside?: Outside): Promise<void> {
  const role = await roleOf()
  const own = log.child({ worker: role.number })
  const told = new Told((news, id) => send({ kind: 'news', news, ...(id !== undefined && { id }) }))
  const limiter = new RemoteLimiter({
    ask: (question) => send({ kind: 'limiter', question }),
    timers: outside?.timers ?? systemTimers,
  })
  const notGiven = (cause: unknown) => own.error({ cause: traceOf(cause) }, 'another worker was not answered')
  const others = new Others((what, id) => send({ kind: 'wanted', what, id }))
  try {
    const place = {
      ...{ ...role, limiter, others },
      tell: told.tell.bind(told),
      settled: told.settled.bind(told),
    }
    const sallyport = await compose(config, own, { ...outside, place })
    // Were it gone, a connection that the primary hands to it in this moment would hang: it refuses that, and another has it.
    const stop = stopOnce(sallyport, () => send({ kind: 'closed' }))
    process.on('SIGTERM', stop)
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') stop()
      if (message.kind === 'limiter') limiter.receive(message.answer)
      if (message.kind === 'heard_by_all') told.heard(message.id)
      if (message.kind === 'given_by_others') others.given(message.id, message.given)
      if (message.kind === 'wanted') give(sallyport, message.what, message.id).catch(notGiven)
      if (message.kind !== 'news') return
      sallyport.broker.hear(message.news)
      if (message.id !== undefined) send({ kind: 'heard', id: message.id })
    })
    const setupToken = await startListening(sallyport, config, { offersSetup: role.isAlone })
    send({ kind: 'listening', setupToken })
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    process.send?.({ kind: 'refused', faults: error.faults } satisfies FromWorker, () => process.exit(1))
  }
}

async function give({ broker, metricsSnapshot }: Sallyport, what: Wanted, id: number): Promise<void> {
  const given = what === 'metrics' ? await metricsSnapshot() : await broker.flush().then(() => undefined)
  send({ kind: 'given', id, given })
}

async function roleOf(): Promise<Role> {
  // A terminal interrupts all processes; the primary decides when each stops.
  process.on('SIGINT', () => undefined)
  process.on('SIGUSR1', () => undefined)
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
