/**
 * Every file that takes a secret out of its wrapper, and why it must. A file that is added here has been
 * read with one question: can the text reach a log, an error, a reply or a row?
 */
export const revealSites: Readonly<Record<string, string>> = {
  'packages/core/src/accounts/token.ts': 'gives a token out to a key that may read tokens',
  'packages/core/src/accounts/update.ts':
    'merges secret parameters, which stay in memory and are sealed again',
  'packages/core/src/operations/steps/jwt.ts': 'signs a JWT by a key of the account',
  'packages/core/src/broker/assemble.ts': 'digests the admin key',
  'packages/core/src/credentials/commit.ts': 'a kept value, which is shown, is compared with the tokens',
  'packages/core/src/credentials/client-tls.ts':
    'renders the client certificate, on its way to the TLS handshake',
  'packages/core/src/credentials/client-registrations.ts': 'seals them',
  'packages/core/src/credentials/definition-secrets.ts': 'seals them',
  'packages/core/src/credentials/seal.ts': 'seals them',
  'packages/core/src/egress/ssh.ts': 'logs in to a server of files whose host key was accepted',
  'packages/core/src/credentials/snapshot.ts': 'seals them, with what revoking takes',
  'packages/server/src/endpoints/metrics.ts': 'digests the token of /metrics',
  'packages/core/src/key-services/aws-kms.ts': 'signs questions to the key service',
  'packages/core/src/key-services/transit-session.ts': 'logs in at the key service, and shows it the token',
  'packages/core/src/schemes/secrets-of.ts': 'cuts them out of what is recorded or shown',
  'packages/core/src/integrations/secrets.ts':
    'puts stored secrets into a definition while a patch is checked',
  'packages/core/src/schemes/oauth2/authorize.ts': 'keeps the key of proofs in the flow, sealed',
  'packages/core/src/schemes/oauth2/dpop.ts': 'signs proofs with the key, hashes the access token',
  'packages/core/src/schemes/oauth2/assertions.ts': 'signs with the definition’s key',
  'packages/core/src/schemes/oauth2/client-auth.ts': 'looks whether a client secret is a JWT to be made',
  'packages/core/src/schemes/oauth2/client.ts': 'authenticates the client on the wire',
  'packages/core/src/schemes/oauth2/identity.ts':
    'verifies the id_token, and hashes the access token beside it',
  'packages/core/src/schemes/oauth2/registration.ts':
    'compares secrets, and makes one the text of a template, still wrapped',
  'packages/core/src/schemes/oauth2/registration-request.ts':
    'shows the tokens of registration to the server that gave them',
  'packages/core/src/schemes/oauth2/refresh.ts': 'sends the refresh token',
  'packages/core/src/schemes/oauth2/sign-on.ts':
    'shows the access token where the provider says who signed on',
  'packages/core/src/schemes/sftp/scheme.ts': 'reads user name and host key; the latter is no secret',
  'packages/core/src/schemes/oauth2/revoke.ts': 'revokes the tokens at the provider',
  'packages/core/src/schemes/jwt/scheme.ts': 'signs with the definition’s key',
  'packages/core/src/schemes/aws-sigv4/scheme.ts': 'signs with the access key',
  'packages/core/src/schemes/oauth1/sign.ts': 'signs with the consumer’s secret or key',
  'packages/core/src/schemes/oauth1/scheme.ts': 'signs with the token and its secret',
  'packages/core/src/schemes/oauth2/token-values.ts': 'fills templates with tokens, on their way to the wire',
  'packages/store/src/dialects/postgres/pool.ts': 'logs in to the database',
  'packages/core/src/schemes/reveal.ts': 'renders templates with secret values, on their way to the wire',
  'packages/core/src/events/signing-secrets.ts': 'seals them, and signs what webhooks are sent',
  'packages/core/src/events/webhooks.ts': 'shows a new signing secret, once',
  'packages/core/src/identity/own-account.ts':
    'seals the secret of an authenticator that is being set up, for the form that brings it back',
  'packages/core/src/identity/second-factor.ts': 'seals the secret of an authenticator',
  'packages/core/src/identity/totp.ts':
    'compares codes with it; writes it into the address that is shown once',
  'packages/server/src/endpoints/account-page.ts':
    'shows the secret of an authenticator, once, to the person whose it is',
  'packages/server/src/endpoints/own-account.ts':
    'shows the secret of an authenticator, once; derives the token against forgery',
  'packages/server/src/endpoints/login.ts': 'derives the token against forgery from that of a session',
  'packages/server/src/http/session-cookies.ts': 'gives a session’s token to its browser',
}
