import type { TLSSocket } from 'node:tls'
import type { KoaContext } from 'oidc-provider'

/** How `oidc-provider` sees a client's certificate (RFC 8705) where no proxy stands before it. */
export function mutualTls() {
  const certificateOf = ({ req }: KoaContext) => (req.socket as TLSSocket).getPeerX509Certificate()
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    tlsClientAuth: true,
    getCertificate: (context: KoaContext) => certificateOf(context)?.toString(),
    certificateAuthorized: ({ req }: KoaContext) => (req.socket as TLSSocket).authorized,
    certificateSubjectMatches(context: KoaContext, property: string, expected: string) {
      const certificate = certificateOf(context)
      if (property === 'tls_client_auth_subject_dn') return certificate?.subject === expected
      if (property === 'tls_client_auth_san_dns') return certificate?.checkHost(expected) !== undefined
      if (property === 'tls_client_auth_san_ip') return certificate?.checkIP(expected) !== undefined
      return false
    },
  }
}
