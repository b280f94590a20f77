import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { StreamedBody } from '@sallyport/emulator'
import type { ReceivedRequest } from './received.ts'
import type { OwnAnswer, Script, ScriptedReply } from './scripts.ts'

/** What goes wrong out there, ready for `provider.script`. */
export const faults = {
  /** Accepts the request and never answers. */
  hang: (): ScriptedReply => ({ fault: 'hang' }),
  /** A TCP reset in place of an answer. */
  reset: (): ScriptedReply => ({ fault: 'reset' }),
  /** Headers that promise a body, then the end of the connection. */
  closeAfterHeaders: (reply: ScriptedReply = {}): ScriptedReply => ({
    ...reply,
    fault: 'close_after_headers',
  }),
  /** Half of the promised body, then the end of the connection. */
  closeMidway: (reply: ScriptedReply = {}): ScriptedReply => ({ ...reply, fault: 'close_midway' }),
  /** Headers, then silence on an open connection. */
  hangAfterHeaders: (reply: ScriptedReply = {}): ScriptedReply => ({ ...reply, body: silence }),
  /** The provider acts on the request, and its answer is lost. */
  lostAnswer: (): Script => (_request: ReceivedRequest, answer: OwnAnswer) => {
    answer()
    return { fault: 'reset' }
  },
  /** The provider's own answer, late. */
  late:
    (delayMilliseconds: number): Script =>
    (_request: ReceivedRequest, answer: OwnAnswer) => ({
      ...answer(),
      delayMilliseconds,
    }),
  /** A body that trickles. */
  drip: (body: string | Buffer, bytesPerSecond: number, reply: ScriptedReply = {}): ScriptedReply => ({
    ...reply,
    body: dripping(Buffer.from(body), bytesPerSecond),
  }),
  redirect: (location: string, status = 302): ScriptedReply => ({ status, headers: { Location: location } }),
  /** A small reply that unpacks to this many zero bytes. */
  gzipBomb: (unpackedBytes: number, reply: ScriptedReply = {}): ScriptedReply => ({
    ...reply,
    headers: { ...reply.headers, 'Content-Encoding': 'gzip' },
    body: zeros(unpackedBytes),
  }),
}

async function* silence(gone: AbortSignal): AsyncGenerator<string> {
  yield ''
  if (!gone.aborted) await once(gone, 'abort')
}

function dripping(body: Buffer, bytesPerSecond: number): StreamedBody {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20))
  return async function* (gone) {
    for (let at = 0; at < body.length; at += step) {
      yield body.subarray(at, at + step)
      await pause((step * 1000) / bytesPerSecond, undefined, { signal: gone })
    }
  }
}

function zeros(unpackedBytes: number): StreamedBody {
  return async function* (gone) {
    const gzip = createGzip({ level: 9 })
    gone.addEventListener('abort', () => gzip.destroy())
    const feed = async () => {
      const block = Buffer.alloc(1024 * 1024)
      for (let left = unpackedBytes; left > 0 && !gone.aborted; left -= block.length) {
        if (!gzip.write(block.subarray(0, left))) await once(gzip, 'drain', { signal: gone })
      }
      gzip.end()
    }
    const fed = feed().catch(() => gzip.destroy())
    yield* gzip as AsyncIterable<Buffer>
    await fed
  }
}
