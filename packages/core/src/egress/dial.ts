import { connect, isIP, type Socket } from 'node:net'
import { mayDial } from '../destination/address.ts'
import { addressBlocked, type ConnectPolicy, guardedLookup, lookupAll } from './connect.ts'
import { EgressError, egressFailure } from './failure.ts'

/**
 * A TCP connection for what is no HTTP, to an address that the policy permits, checked as it is dialled.
 *
 * @throws EgressError address_blocked, upstream_unreachable; whatever aborts the signal
 */
export function dial(
  policy: Pick<ConnectPolicy, 'allowedPrivate' | 'lookup'>,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const permits = (ip: string) => mayDial(ip, policy)
  // Node calls no lookup for a literal address.
  if (isIP(host) !== 0 && !permits(host)) return Promise.reject(addressBlocked(host, [host]))
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      lookup: guardedLookup(policy.lookup ?? lookupAll, permits),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_000,
      noDelay: true,
    })
    const abort = () => {
      socket.destroy()
      reject(signal.reason)
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    const settle = () => {
      signal.removeEventListener('abort', abort)
      socket.off('error', fail)
    }
    const fail = (error: Error) => {
      settle()
      reject(cause(error))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
  })
}

/** Of several addresses Node tells all failures together; one of ours among them says most. */
function cause(error: Error): EgressError {
  const inner = error instanceof AggregateError ? error.errors : [error]
  const ours = inner.find((each) => each instanceof EgressError)
  return egressFailure(ours ?? inner[0] ?? error, 'no')
}
