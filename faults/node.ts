import { openSync, writeSync } from 'node:fs'
import type { RenewalStep } from '@sallyport/core'
import { serve } from '@sallyport/server'
import { parseFailpoint } from './failpoint.ts'
import type { Order } from './order.ts'

/**
 * A whole Sallyport in a process of its own, which dies or stops where it is told to: by `FAILPOINT`, or by an order
 * while it runs. It writes each step that it reaches to the file `TRAIL`, before it goes on. For fault tests alone.
 */

const trail = openSync(process.env.TRAIL ?? '/dev/null', 'a')
let ahead = Number(process.env.CLOCK_AHEAD_MILLISECONDS ?? 0)
let { armed, left, wakesLater } = ordered({
  failpoint: process.env.FAILPOINT ?? '',
  wakesLaterMilliseconds: 0,
})

process.on('message', (order: Order) => {
  ;({ armed, left, wakesLater } = ordered(order))
  process.send?.('armed')
})
// None outlives the harness, however that ends.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.channel?.unref()

// So that a test need not wait long for a key to die.
const settleMilliseconds = 1_500

await serve({ clock: { now: () => Date.now() + ahead }, reached, settleMilliseconds })

function reached(step: RenewalStep, accountId: string): void {
  // By the system before this returns: what is written is there, also when the process dies at once.
  writeSync(trail, `${step} ${accountId}\n`)
  if (armed?.step !== step) return
  left -= 1
  if (left > 0) return
  const { action } = armed
  armed = undefined
  writeSync(trail, `${action} ${accountId}\n`)
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  ahead += wakesLater
  writeSync(trail, `woke ${accountId}\n`)
}

function ordered({ failpoint, wakesLaterMilliseconds }: Order) {
  const parsed = failpoint === '' ? undefined : parseFailpoint(failpoint)
  return { armed: parsed, left: parsed?.count ?? 0, wakesLater: wakesLaterMilliseconds }
}
