import type { Dispatcher } from 'undici'
import type { AddressPolicy } from '../destination/address.ts'
import { type ConnectPolicy, guardedConnector } from './connect.ts'
import type { CredentialReply } from './credential-reply.ts'
import { type CredentialRequest, sendCredentialRequest } from './credential-request.ts'
import { createPools, type PoolKey, type PoolLimits, type PoolStats } from './pools.ts'
import { openSftp, type SftpSession } from './sftp-session.ts'
import type { FileServer, SshPolicy } from './ssh.ts'

export interface EgressOptions
  extends AddressPolicy,
    Pick<
      ConnectPolicy,
      'exemptOrigins' | 'lookup' | 'connectTimeoutMilliseconds' | 'extraCertificateAuthorities'
    >,
    Pick<SshPolicy, 'loginTimeoutMilliseconds'>,
    Pick<PoolLimits, 'headMilliseconds' | 'headBytes'> {
  /** How long a server of files may leave a question unanswered. */
  readonly silenceMilliseconds?: number
}

/** The only way out. */
export interface Egress {
  /** One request that carries credentials, on a connection of its own; never retried, never redirected. */
  credentialRequest(request: CredentialRequest): Promise<CredentialReply>
  /** One API call on its account's connections; the handler is undici's raw one, its errors for `egressFailure`. */
  dispatch(key: PoolKey, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** A login at a server of files, for one call; whoever opened it ends it. */
  openFiles(server: FileServer, signal: AbortSignal): Promise<SftpSession>
  /** Connections of API calls, at this moment. */
  stats(): PoolStats
  /** Waits for API calls under way. */
  close(): Promise<void>
}

/** Every connection goes through the guarded connector; environment variables for proxies are not read. */
export function createEgress(options: EgressOptions): Egress {
  const pools = createPools({
    connect: (clientTls, timeout) =>
      guardedConnector({
        ...options,
        ...(timeout !== undefined && { connectTimeoutMilliseconds: timeout }),
        allowHttpTo: 'anything',
        clientTls,
      }),
    headMilliseconds: options.headMilliseconds,
    headBytes: options.headBytes,
  })
  return {
    credentialRequest: (request) => sendCredentialRequest(options, request),
    dispatch: pools.dispatch,
    openFiles: (server, signal) => openSftp(options, server, signal),
    stats: pools.stats,
    close: pools.close,
  }
}
