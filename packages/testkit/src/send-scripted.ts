import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { sendReply } from '@sallyport/emulator'
import type { ScriptedReply } from './scripts.ts'

/** Puts a scripted reply on the wire, fault and all. */
export async function sendScripted(
  response: ServerResponse,
  scripted: ScriptedReply,
  reset: (response: ServerResponse) => void,
): Promise<void> {
  const { delayMilliseconds, fault, ...reply } = scripted
  if (delayMilliseconds !== undefined) await pause(delayMilliseconds)
  if (response.destroyed) return

  switch (fault) {
    case undefined:
      return sendReply(response, { status: 200, ...reply })
    case 'hang':
      return
    case 'reset':
      return reset(response)
    case 'close_after_headers':
      return cutShort(response, reply, 0)
    case 'close_midway':
      return cutShort(response, reply, 0.5)
  }
}

function cutShort(response: ServerResponse, reply: ScriptedReply, part: number) {
  const body = typeof reply.body === 'function' ? Buffer.alloc(1024) : Buffer.from(reply.body ?? 'a body')
  response.writeHead(reply.status ?? 200, { ...reply.headers, 'Content-Length': body.length })
  response.flushHeaders()
  response.write(body.subarray(0, Math.floor(body.length * part)), () => response.destroy())
}
