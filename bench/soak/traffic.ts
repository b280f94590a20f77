import { breaking } from './breaks.ts'
import { pacedLoad } from './paced-load.ts'
import { streaming } from './streams.ts'
import { download, type Through, upload } from './transfers.ts'

/** What the callers do next, for so many milliseconds. */
export type TrafficOrder = Through & { readonly request: string; readonly milliseconds: number } & (
    | { readonly kind: 'full' }
    | { readonly kind: 'mixed'; readonly perSecond: number }
    | { readonly kind: 'slow transfers'; readonly bytes: number }
  )

export interface TrafficResult {
  readonly replies: number
  readonly broken: number
  readonly failures: readonly string[]
}

const connections = 64
const breakEveryMilliseconds = 100
const largeEveryMilliseconds = 2_000
const largeBytes = 20_000_000

// Orders are all that this process waits for.
process.channel?.ref()
process.on('message', (order: TrafficOrder) => {
  void carriedOut(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ replies: 0, broken: 0, failures: [String(error)] }),
  )
})

function carriedOut(order: TrafficOrder): Promise<TrafficResult> {
  if (order.kind === 'slow transfers') return slowTransfers(order, order.bytes)
  return order.kind === 'full' ? full(order) : mixed(order, order.perSecond)
}

async function full({ port, request, milliseconds }: TrafficOrder): Promise<TrafficResult> {
  const load = pacedLoad(port, request, { connections, perSecond: undefined })
  await delay(milliseconds)
  const { replies } = load
  await load.stop()
  return { replies, broken: 0, failures: load.failures }
}

async function mixed(order: TrafficOrder, perSecond: number): Promise<TrafficResult> {
  const load = pacedLoad(order.port, order.request, { connections, perSecond })
  const breaks = breaking(order, breakEveryMilliseconds)
  const streams = streaming(order, { events: 8, webSockets: 8 })
  const failures: string[] = []
  const large = setInterval(() => {
    const both = [download(order, largeBytes, 0), upload(order, largeBytes, { rest: 0, upstreamRest: 0 })]
    void Promise.all(both).catch((error: unknown) => failures.push(String(error)))
  }, largeEveryMilliseconds)
  await delay(order.milliseconds)
  clearInterval(large)
  breaks.stop()
  streams.stop()
  await load.stop()
  return {
    replies: load.replies,
    broken: breaks.count,
    failures: [...load.failures, ...failures.slice(0, 5)],
  }
}

/** All at once: a slow reader and a slow writer here, and a slow reader behind the server. */
async function slowTransfers(through: Through, bytes: number): Promise<TrafficResult> {
  const arrived = await Promise.all([
    download(through, bytes, 40),
    upload(through, bytes, { rest: 40, upstreamRest: 0 }),
    upload(through, bytes, { rest: 0, upstreamRest: 40 }),
  ])
  const failures = arrived.flatMap((each) => (each < bytes ? [`${each} of ${bytes} bytes arrived`] : []))
  return { replies: arrived.length, broken: 0, failures }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
