import type { AuthErrors } from '@sallyport/contract'
import { decodeBody } from '../egress/decode-body.ts'
import { type ReplyDocument, readReplyDocument } from '../schemes/reply-document.ts'
import type { UpstreamReply } from './attempt.ts'
import { asksDocument, classify, type Verdict } from './classify.ts'
import { rawHeader } from './reply-headers.ts'

/** Longest body that is looked into, as it is on the wire. */
const longestInspectedBody = 65_536

/** How long a reply may take to arrive whole before it is passed on as it comes. */
const longestInspectionMilliseconds = 2_000

/**
 * What a reply says of the credential. Its body is looked into only where a rule for its status asks for that;
 * the reply can be piped afterwards as if nothing had been read.
 */
export function verdictOf(reply: UpstreamReply, rules: AuthErrors): Verdict | Promise<Verdict> {
  const { status, headers } = reply
  const challenge = rawHeader(headers, 'www-authenticate')
  const asked = hasPath(rules) ? asksDocument(status, rules) : undefined
  if (asked === undefined) return classify({ status, challenge, document: undefined }, rules)
  return documentOf(reply, asked).then((document) => classify({ status, challenge, document }, rules))
}

function hasPath({ path, revoked, forbidden, rateLimited }: AuthErrors): boolean {
  return (path ?? revoked?.path ?? forbidden?.path ?? rateLimited?.path) !== undefined
}

/** What a reply holds, as far as it is asked for and short enough; it can be piped afterwards. */
export async function documentOf(
  reply: UpstreamReply,
  asked: 'body' | 'headers',
): Promise<ReplyDocument | undefined> {
  const headers = headersOf(reply)
  const cookies = reply.headers.flatMap((name, index) =>
    index % 2 === 0 && name.toString('latin1').toLowerCase() === 'set-cookie'
      ? [reply.headers[index + 1]?.toString('latin1') ?? '']
      : [],
  )
  const nothing = { headers, cookies, body: Buffer.alloc(0) }
  if (asked === 'headers' || !isInspected(headers['content-type'])) return readReplyDocument(nothing)
  const whole = await reply.peek(longestInspectedBody, longestInspectionMilliseconds)
  const body = whole && (await decodeBody(whole, headers['content-encoding']).catch(() => undefined))
  return (body && readReplyDocument({ headers, cookies, body })) ?? readReplyDocument(nothing)
}

/** JSON, XML, forms and text; streams of events never end. */
function isInspected(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/event-stream') return false
  return /^$|[/+](json|xml)$|^text\/|^application\/x-www-form-urlencoded$/.test(type)
}

function headersOf({ headers }: UpstreamReply): Record<string, string> {
  const names = new Set(
    headers.flatMap((name, index) => (index % 2 === 0 ? [name.toString('latin1').toLowerCase()] : [])),
  )
  const found: Record<string, string> = Object.create(null)
  for (const name of names) found[name] = rawHeader(headers, name) ?? ''
  return found
}
