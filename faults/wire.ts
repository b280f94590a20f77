import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What happens to a connection on which these were said to the database, one after the other: `stalls`, so that the
 * last does not arrive until it may; `swallows`, so that it is done and its answer lost with the connection.
 */
interface Trouble {
  readonly said: readonly RegExp[]
  readonly kind: 'stalls' | 'swallows'
  readonly happened: () => void
  readonly over: Promise<void>
}

/** The way from one node to its database, with troubles of its own. */
export interface Wire {
  readonly port: number
  /** Once, on the next connection that says these. */
  trouble(kind: Trouble['kind'], said: readonly RegExp[]): { readonly happened: Promise<void>; end(): void }
  /** Ends all connections and lets none stand until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** Lays a wire to a port of 127.0.0.1. */
export async function wireTo(port: number): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const troubles = new Set<Trouble>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.setNoDelay().on('error', end).on('close', end)
    carry(near, far, troubles, end)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = () => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    trouble(kind, said) {
      const [happened, over] = [signal(), signal()]
      troubles.add({ said, kind, happened: happened.give, over: over.given })
      return { happened: happened.given, end: over.give }
    },
    cut() {
      isCut = true
      cutAll()
    },
    mend() {
      isCut = false
    },
    async close() {
      server.close()
      cutAll()
      await once(server, 'close')
    },
  }
}

function carry(near: Socket, far: Socket, troubles: Set<Trouble>, end: () => void): void {
  const heard = new Map<Trouble, number>()
  let swallowing: Trouble | undefined
  near.on('data', async (chunk) => {
    const text = chunk.toString('latin1')
    for (const trouble of troubles) {
      const count = heard.get(trouble) ?? 0
      if (!trouble.said[count]?.test(text)) continue
      heard.set(trouble, count + 1)
      if (count + 1 < trouble.said.length) continue
      troubles.delete(trouble)
      if (trouble.kind === 'swallows') swallowing = trouble
      else await stall(near, trouble)
    }
    far.write(chunk)
  })
  far.on('data', (chunk) => {
    if (!swallowing) return void near.write(chunk)
    end()
    swallowing.happened()
  })
}

async function stall(near: Socket, { happened, over }: Trouble): Promise<void> {
  near.pause()
  happened()
  await over
  near.resume()
}

function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give }
}
