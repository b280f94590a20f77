import type { ErrorCode } from '@sallyport/contract'
import { type CallEventRecord, timeOfId } from '@sallyport/core/ports'

/** Ids of a process's requests begin alike, and its events' ids end alike. */
const sharedByRequests = 23
const ownOfEvents = 17

/**
 * A call without what it has in common with others of its batch: that stands in a list of words, and here its place
 * in it, -1 for what is absent. Positions have a meaning for good: what is new comes to the end, and may be missing.
 */
type Line = readonly [
  id: string,
  idEnd: number,
  sinceId: number,
  accountId: number,
  integration: number,
  environment: number,
  keyId: number,
  requestBegin: number,
  requestEnd: string,
  method: number,
  host: number,
  path: number,
  status: number,
  code: number,
  brokenBy: number,
  attempts: number,
  bytesUp: number,
  bytesDown: number,
  queued: number | null,
  token: number | null,
  connect: number | null,
  firstByte: number | null,
  total: number,
]

type Data = readonly [words: readonly string[], lines: readonly Line[]]

/** The calls of a batch as text. */
export function encodedCalls(calls: readonly CallEventRecord[]): string {
  const words: string[] = []
  const places = new Map<string, number>()
  const word = (text: string | undefined): number => {
    if (text === undefined) return -1
    const known = places.get(text)
    if (known !== undefined) return known
    places.set(text, words.length)
    return words.push(text) - 1
  }
  const lines = calls.map((call) => line(call, word))
  return JSON.stringify([words, lines] satisfies Data)
}

/** The same calls. */
export function decodedCalls(data: string): CallEventRecord[] {
  const [words, lines] = JSON.parse(data) as Data
  return lines.map((each) => record(each, words))
}

function line(call: CallEventRecord, word: (text: string | undefined) => number): Line {
  return [
    call.id.slice(0, ownOfEvents),
    word(call.id.slice(ownOfEvents)),
    call.at - timeOfId(call.id),
    word(call.accountId),
    word(call.integration),
    word(call.environment),
    word(call.keyId),
    word(call.requestId.slice(0, sharedByRequests)),
    call.requestId.slice(sharedByRequests),
    word(call.method),
    word(call.host),
    word(call.path),
    call.status,
    word(call.code),
    word(call.brokenBy),
    call.attempts,
    call.bytesUp,
    call.bytesDown,
    call.queued ?? null,
    call.token ?? null,
    call.connect ?? null,
    call.firstByte ?? null,
    call.total,
  ]
}

function record(line: Line, words: readonly string[]): CallEventRecord {
  const [idBegin, idEnd, sinceId, accountId, integration, environment, keyId, ...request] = line
  const [requestBegin, requestEnd, method, host, path, status, code, brokenBy, ...amounts] = request
  const [attempts, bytesUp, bytesDown, queued, token, connect, firstByte, total] = amounts
  const id = `${idBegin}${words[idEnd] ?? ''}`
  return {
    id,
    at: timeOfId(id) + sinceId,
    accountId: words[accountId],
    integration: words[integration],
    environment: words[environment],
    keyId: words[keyId],
    requestId: `${words[requestBegin] ?? ''}${requestEnd}`,
    method: words[method] ?? '',
    host: words[host],
    path: words[path] ?? '',
    status,
    code: words[code] as ErrorCode | undefined,
    brokenBy: words[brokenBy] as CallEventRecord['brokenBy'],
    attempts,
    bytesUp,
    bytesDown,
    queued: queued ?? undefined,
    token: token ?? undefined,
    connect: connect ?? undefined,
    firstByte: firstByte ?? undefined,
    total,
  }
}
