import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that systems give to outgoing connections: a node that was killed has to find its port free again. */
const [least, most] = [20_000, 32_000]

/** A port of 127.0.0.1 that nothing listens on, and that nothing takes by chance. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(least, most)
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
