import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api'
import { type Attempt, bytesOf, type CallRecord, pathTemplate, shownHost } from '@sallyport/core'

/** The parts of OpenTelemetry's interface that spans are made with: it is loaded only where traces are wanted. */
export type Api = typeof import('@opentelemetry/api')

/** Where a call comes from, by its `traceparent` (W3C Trace Context); undefined where that says nothing. */
function parentOf(traceparent: string | undefined): SpanContext | undefined {
  const match = /^[0-9a-e][0-9a-f]-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(traceparent ?? '')
  const [, traceId = '', spanId = '', flags = ''] = match ?? []
  if (!match || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
}

/** The same for whom a call goes to. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`
}

/** A call's span, and the wall clock less the clock that a record's times are by: one for all of a call's spans. */
export interface CallSpan {
  readonly span: Span
  readonly offset: number
}

/** Begins the span of a call that has just arrived. */
export function beginSpan(
  api: Api,
  tracer: Tracer,
  record: CallRecord,
  traceparent: string | undefined,
): CallSpan {
  const offset = Date.now() - performance.now()
  const parent = parentOf(traceparent)
  const context = parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT
  const options = { kind: api.SpanKind.SERVER, startTime: offset + record.startedAt }
  return { offset, span: tracer.startSpan(`${record.method} ${routeOf(record)}`, options, context) }
}

/** Says of a call's span how it went, adds one for each wait and each attempt, and ends it. */
export function endSpan(api: Api, tracer: Tracer, { span, offset }: CallSpan, record: CallRecord): void {
  const at = (time: number) => offset + time
  if (span.isRecording()) {
    span.setAttributes(callAttributes(record))
    if (record.status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR })
    const parent = api.trace.setSpan(api.ROOT_CONTEXT, span)
    for (const { why, from, to } of record.waits ?? []) {
      tracer.startSpan(why === 'queued' ? 'queue' : 'token', { startTime: at(from) }, parent).end(at(to))
    }
    for (const [index, attempt] of record.attempts.entries()) {
      const attributes = attemptAttributes(record, attempt, index)
      const options = { kind: api.SpanKind.CLIENT, startTime: at(attempt.startedAt), attributes }
      const child = tracer.startSpan(record.method, options, parent)
      if (attempt.connectedAt > 0) child.addEvent('connected', at(attempt.connectedAt))
      if (attempt.answeredAt > 0) child.addEvent('answered', at(attempt.answeredAt))
      if (attempt.status === 0 || attempt.status >= 400) child.setStatus({ code: api.SpanStatusCode.ERROR })
      child.end(at(record.attempts[index + 1]?.startedAt ?? record.endedAt))
    }
  }
  span.end(at(record.endedAt))
}

/** By the semantic conventions for HTTP, as far as they ask for nothing that may hold a secret. */
function callAttributes(record: CallRecord): Attributes {
  const { target, principal, status, code } = record
  const { up, down } = bytesOf(record)
  return {
    'http.request.method': record.method,
    'http.route': routeOf(record),
    ...(status !== 0 && { 'http.response.status_code': status }),
    ...((code !== undefined || status >= 500) && { 'error.type': code ?? String(status) }),
    'http.request.body.size': up,
    'http.response.body.size': down,
    'sallyport.request_id': record.requestId,
    ...(principal?.keyId !== undefined && { 'sallyport.key': principal.keyId }),
    ...(target && {
      'sallyport.account': target.account.id,
      'sallyport.integration': target.integration.key,
      'sallyport.environment': target.account.environment,
    }),
    ...(record.brokenBy !== undefined && { 'sallyport.broken_by': record.brokenBy }),
  }
}

function routeOf({ passage }: CallRecord): string {
  return `/${passage}/{account}/{path}`
}

function attemptAttributes(record: CallRecord, { origin, status }: Attempt, index: number): Attributes {
  const host = record.target ? shownHost(record.target, origin) : undefined
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host ?? '') ?? []
  const [scheme = ''] = origin.split(':')
  return {
    'http.request.method': record.method,
    'url.template': pathTemplate(record.path),
    'url.scheme': scheme,
    'server.address': name,
    'server.port': port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
    ...(status !== 0 && { 'http.response.status_code': status }),
    ...(status === 0 && { 'error.type': record.code ?? 'broken' }),
    ...(status >= 400 && { 'error.type': String(status) }),
    ...(index > 0 && { 'http.request.resend_count': index }),
  }
}
