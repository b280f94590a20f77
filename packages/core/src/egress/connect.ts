import { lookup as lookupName } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { buildConnector } from 'undici'
import { type ClientTls, clientTlsFault } from '../client-tls.ts'
import { type AddressPolicy, isPrivatelyAllowed, mayDial, parseCidrs } from '../destination/address.ts'
import { EgressError } from './failure.ts'

/** All addresses of a name. */
export type Lookup = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

/** What may be dialled. */
export interface ConnectPolicy extends AddressPolicy {
  /** Origins that may be on loopback: the built-in practice provider. Read anew at each connection. */
  readonly exemptOrigins: ReadonlySet<string>
  /** With `private`, plain http goes only where the operator allows a private range: for credentials. */
  readonly allowHttpTo: 'anything' | 'private'
  readonly lookup?: Lookup
  readonly connectTimeoutMilliseconds?: number
  /** Trusted beside the public ones. */
  readonly extraCertificateAuthorities?: readonly string[]
  /** Shown to servers that ask, and its authority trusted beside the others. */
  readonly clientTls?: ClientTls | undefined
}

const loopback: AddressPolicy = { allowedPrivate: parseCidrs('127.0.0.0/8,::1').ranges }

const blockedHttp =
  'Plain http would carry the credential in the clear. Use https; only private ranges that the operator allows in SALLYPORT_ALLOWED_PRIVATE_CIDRS take http.'

/**
 * Opens connections for undici, only to addresses that the policy permits, checked as they are dialled: a
 * name that changes its answer gains nothing. Certificates are always verified.
 */
export function guardedConnector(policy: ConnectPolicy): buildConnector.connector {
  const tls = tlsOptions(policy)
  const https = guarded(policy, tls, (ip) => mayDial(ip, policy))
  const http =
    policy.allowHttpTo === 'anything'
      ? https
      : guarded(policy, tls, (ip) => isPrivatelyAllowed(ip, policy), blockedHttp)
  const exempt = guarded(policy, tls, (ip) => mayDial(ip, loopback))

  return (options, callback) => {
    if (policy.exemptOrigins.has(originOf(options))) exempt(options, callback)
    else if (options.protocol === 'https:') https(options, callback)
    else http(options, callback)
  }
}

function guarded(
  policy: ConnectPolicy,
  tls: TlsOptions,
  permits: (ip: string) => boolean,
  message?: string,
): buildConnector.connector {
  const connect = buildConnector({
    ...tls,
    timeout: policy.connectTimeoutMilliseconds ?? 5_000,
    lookup: guardedLookup(policy.lookup ?? lookupAll, permits, message),
    autoSelectFamily: true,
    // Node's 250 ms per address gives up on healthy hosts across an ocean.
    autoSelectFamilyAttemptTimeout: 1_000,
  })
  return (options, callback) => {
    const isAddress = isIP(options.hostname) !== 0
    // Node calls no lookup for a literal address.
    if (isAddress && !permits(options.hostname)) {
      const blocked = addressBlocked(options.hostname, [options.hostname], message)
      queueMicrotask(() => callback(blocked, null))
      return
    }
    // undici would take the name to verify from a Host header; it is always the one that was checked.
    connect({ ...options, servername: isAddress ? '' : options.hostname }, (...result) => {
      // From TLS 1.3 on a refused certificate is told after the handshake, and undici would make it "closed".
      const [, socket] = result
      socket?.once('error', (error: Error) => {
        if (socket.bytesRead > 0) afterReplies.add(error)
        socket.destroy(error)
      })
      callback(...result)
    })
  }
}

/** How connections ended that replies had come on. */
const afterReplies = new WeakSet<Error>()

/** Whether it is the end of a connection that a reply had come on, in whatever way it ended. */
export function hadServed(error: Error): boolean {
  if (afterReplies.has(error)) return true
  const { code, socket } = error as { code?: unknown; socket?: { bytesRead?: number } | null }
  return code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0
}

type TlsOptions = ReturnType<typeof tlsOptions>

function tlsOptions({ extraCertificateAuthorities: extra = [], clientTls }: ConnectPolicy) {
  return {
    // Said aloud because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    allowH2: false,
    // A resumed session skips the check of the host's name, and would be shared between accounts.
    maxCachedSessions: 0,
    ...(clientTls && { secureContext: secureContext(extra, clientTls) }),
    ...(!clientTls && extra.length > 0 && { ca: [...rootCertificates, ...extra] }),
  } as const
}

/** Made once, as it takes a while to read all authorities. @throws EgressError client_certificate_invalid */
function secureContext(extra: readonly string[], tls: ClientTls): SecureContext {
  const fault = clientTlsFault(tls)
  if (fault) {
    const { message, field, code } = fault
    throw new EgressError('client_certificate_invalid', 'no', { message, detail: `${field}: ${code}` })
  }
  const authorities = [...extra, ...(tls.ca === undefined ? [] : [tls.ca])]
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.privateKey !== undefined && { key: tls.privateKey }),
    ...(tls.pfx && { pfx: tls.pfx }),
    ...(tls.passphrase !== undefined && { passphrase: tls.passphrase }),
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
  })
}

export function guardedLookup(
  lookup: Lookup,
  permits: (ip: string) => boolean,
  message?: string,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname).then(
      (answers) => {
        const permitted = answers.filter(({ address }) => permits(address))
        const [first] = permitted
        if (!first) callback(noAddress(hostname, answers, message), '', 0)
        else if (options.all) callback(null, [...permitted])
        else callback(null, first.address, first.family)
      },
      (cause: unknown) => callback(unresolved(hostname, cause), '', 0),
    )
  }
}

function noAddress(hostname: string, answers: Awaited<ReturnType<Lookup>>, message?: string): EgressError {
  if (answers.length === 0) return unresolved(hostname, undefined)
  return addressBlocked(
    hostname,
    answers.map(({ address }) => address),
    message,
  )
}

/** The failure of a host all of whose addresses are refused. */
export function addressBlocked(
  hostname: string,
  addresses: readonly string[],
  message?: string,
): EgressError {
  return new EgressError('address_blocked', 'no', {
    detail: `${hostname} is ${addresses.join(', ')}`,
    ...(message === undefined ? {} : { message }),
  })
}

function unresolved(hostname: string, cause: unknown): EgressError {
  return new EgressError('upstream_unreachable', 'no', {
    message: `${hostname} does not resolve. Check its spelling, or try again later.`,
    detail: `${hostname} does not resolve`,
    cause,
  })
}

/** All addresses that the system knows for a name. */
export function lookupAll(hostname: string) {
  return lookupName(hostname, { all: true })
}

function originOf({ protocol, hostname, port }: buildConnector.Options): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`
}
