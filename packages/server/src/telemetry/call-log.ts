import { bytesOf, type CallObserver, type CallRecord, pathTemplate, shownHost } from '@sallyport/core'
import type { Logger } from 'pino'

/** What the log says of a call: no query, no header, no body (D4). */
export function callFields(record: CallRecord) {
  const { target, last } = record
  const host = target && last && shownHost(target, last.origin)
  return {
    requestId: record.requestId,
    method: record.method,
    ...(host !== undefined && { host }),
    path: pathTemplate(record.path),
    ...(target && { account: target.account.id, integration: target.integration.key }),
    ...(record.attempts.length > 0 && { attempts: record.attempts.length }),
  }
}

/** Logs a share of the calls, evenly spread; of none at all where nobody asks for it. */
export class CallLog implements CallObserver {
  readonly #log: Logger
  readonly #share: number
  #due = 0

  constructor(log: Logger, share: number) {
    this.#log = log
    this.#share = share
  }

  ended(record: CallRecord): void {
    this.#due += this.#share
    // What broke off is worth a line whatever the share; a failure of ours has one already.
    const isBroken = record.brokenBy === 'upstream'
    if (this.#due < 1 && !isBroken) return
    if (this.#due >= 1) this.#due -= 1
    const { up, down } = bytesOf(record)
    const fields = {
      ...callFields(record),
      ...(record.status !== 0 && { status: record.status }),
      ...(record.code !== undefined && { code: record.code }),
      ...(record.brokenBy !== undefined && { brokenBy: record.brokenBy }),
      milliseconds: Math.round(record.endedAt - record.startedAt),
      bytesUp: up,
      bytesDown: down,
    }
    if (isBroken) this.#log.warn(fields, 'call')
    else this.#log.info(fields, 'call')
  }
}
