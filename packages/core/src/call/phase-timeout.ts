import { EgressError, egressFailure } from '../egress/failure.ts'
import type { PhaseTimeouts } from './limits/traffic.ts'

const usual = { connect: 5_000 }

/** How long a call may wait for its reply to begin, where the caller says, and for each phase, where the definition does. */
export interface Waits {
  /** Milliseconds to the first byte of the reply. */
  readonly timeout: number | undefined
  readonly timeouts?: PhaseTimeouts | undefined
}

/** A failure of an attempt; of a timeout it says which phase it was that took too long. */
export function attemptFailure(error: unknown, sent: 'no' | 'unknown', waits: Waits): EgressError {
  const failure = egressFailure(error, sent)
  const phase = failure.code === 'upstream_timeout' ? phases[failure.detail ?? ''] : undefined
  if (phase === 'connect') return connectTimeout(waits.timeouts?.connect ?? usual.connect, failure)
  if (phase === 'headers') {
    const within = withinOf(waits.timeout ?? waits.timeouts?.headers)
    return timedOut(failure, `The API took the request, and did not begin to answer ${within}.`)
  }
  if (phase === 'idle') {
    return timedOut(
      failure,
      `The API stopped in the middle of its reply, and sent nothing ${withinOf(waits.timeouts?.idle)}.`,
    )
  }
  return failure
}

/** No connection came about in time; nothing was sent. */
export function connectTimeout(milliseconds: number, cause?: EgressError): EgressError {
  return timedOut(
    cause ?? new EgressError('upstream_timeout', 'no', { detail: 'connect timeout' }),
    `No connection to the API came about within ${seconds(milliseconds)}.`,
  )
}

function timedOut({ sent, detail, cause }: EgressError, what: string): EgressError {
  return new EgressError('upstream_timeout', sent, {
    message: `${what} Try again later, or allow more: Sallyport-Timeout of the call, timeouts of the definition.`,
    ...(detail === undefined ? {} : { detail }),
    cause,
  })
}

const phases: Readonly<Record<string, 'connect' | 'headers' | 'idle' | undefined>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'idle',
}

/** The deployment's own limit is not known here. */
function withinOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? 'in time' : `within ${seconds(milliseconds)}`
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds) / 1000} s`
}
