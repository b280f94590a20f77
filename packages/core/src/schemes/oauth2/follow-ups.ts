import type { FollowUp, OAuth2 } from '@sallyport/contract'
import { Secret } from '../../secret.ts'
import { GrantFailure } from '../grant-failure.ts'
import { renderRequest } from '../request-template.ts'
import { concealAll } from '../reveal.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { withClient } from './client-auth.ts'
import { authenticatesItself, namesAsked, namesIn } from './request-names.ts'
import { secretsAmong, tokenValues, valuesOfRequest } from './token-values.ts'
import { credentialsIn, type Issued, issuedBy } from './wire.ts'

/**
 * Makes the requests that the definition has follow a token, in order, each with what those before it gave. After
 * a renewal (`previous` is what it renewed) only those that want it. What they give stands beside what is known.
 *
 * @throws GrantFailure when one fails after a first token
 */
export async function followUp(
  ports: SchemePorts,
  connection: Connection,
  first: Tokens,
  previous: Tokens | undefined,
): Promise<Tokens> {
  const { followUps = [] } = connection.definition.auth as OAuth2
  let tokens = carriedOver(first, previous)
  for (const [index, step] of followUps.entries()) {
    if (previous && !step.onRenewal) continue
    try {
      const issued = await made(ports, connection, step, tokens)
      tokens = { ...tokens, ...learned(tokens, issued) }
      if (step.reply.accessToken !== undefined) tokens = exchanged(ports, connection, tokens, issued)
    } catch (cause) {
      if (!previous) throw named(cause, index)
      // The renewal has succeeded, and what it gave must not be lost: it is tried again where this was to replace it.
      if (step.reply.accessToken !== undefined) return { ...tokens, expiresAt: ports.clock.now() }
    }
  }
  return tokens
}

/** What a renewal does not name again is as it was (RFC 6749 §6). */
function carriedOver(tokens: Tokens, previous: Tokens | undefined): Tokens {
  if (!previous) return tokens
  return {
    ...tokens,
    refreshToken: tokens.refreshToken ?? previous.refreshToken,
    refreshExpiresAt:
      tokens.refreshExpiresAt ?? (tokens.refreshToken ? undefined : previous.refreshExpiresAt),
    named: { ...previous.named, ...tokens.named },
    kept: { ...previous.kept, ...tokens.kept },
  }
}

function made(ports: SchemePorts, before: Connection, step: FollowUp, tokens: Tokens): Promise<Issued> {
  const connection = before.keeping(tokens.kept ?? {})
  const { computed } = connection.definition.auth as OAuth2
  // An assertion that it asks for is for the authorization server; its address may need that very assertion.
  const request = { endpoint: step.url, template: [step, computed] }
  return withClient(ports, connection, request, async (client) => {
    const values = valuesOfRequest(ports, connection, { ...client.values, ...tokenValues(tokens) })
    const rendered = renderRequest(connection, step, {
      url: connection.renderUrl(step.url, values),
      method: step.body === undefined ? 'GET' : 'POST',
      values,
      headers: {
        accept: 'application/json',
        ...(!carriesToken(connection, step) &&
          !authenticatesItself(connection.definition.auth, step) && {
            authorization: `Bearer ${values.token}`,
          }),
      },
    })
    const reply = await ports.send({
      ...rendered,
      tls: connection.tls('credential'),
      url: connection.permit(rendered.url, { sends: 'credential' }),
    })
    const secrets = [
      ...secretsAmong(connection, values),
      ...client.secrets,
      ...credentialsIn(rendered.headers),
    ]
    const paths = step.reply
    return issuedBy(ports, reply, { paths, needsToken: paths.accessToken !== undefined }, secrets)
  })
}

function carriesToken({ definition }: Connection, step: FollowUp): boolean {
  const names = [...namesAsked(definition.auth, step), ...namesIn([step.url])]
  return names.some((name) => name === 'token' || name.startsWith('token.'))
}

function learned({ named, kept }: Tokens, issued: Issued): Pick<Tokens, 'named' | 'kept'> {
  return { named: { ...named, ...concealAll(issued.named) }, kept: { ...kept, ...issued.kept } }
}

/** What names a path to an access token gives all that a token has; a lifetime that it does not name is unknown. */
function exchanged(ports: SchemePorts, connection: Connection, tokens: Tokens, issued: Issued): Tokens {
  const { accessToken, refreshToken } = issued
  const { renewal } = connection.definition.auth as OAuth2
  const now = ports.clock.now()
  const after = (seconds: number | undefined) => (seconds === undefined ? undefined : now + seconds * 1000)
  return {
    ...tokens,
    accessToken: accessToken === undefined ? tokens.accessToken : new Secret(accessToken),
    issuedAt: now,
    expiresAt: after(issued.expiresInSeconds ?? renewal.defaultLifetime),
    ...(refreshToken !== undefined && {
      refreshToken: new Secret(refreshToken),
      refreshExpiresAt: after(issued.refreshExpiresInSeconds),
    }),
  }
}

function named(cause: unknown, index: number): unknown {
  if (!(cause instanceof GrantFailure)) return cause
  const { code, reason, message, detail, retryAfterSeconds } = cause
  return new GrantFailure(code, reason, {
    message: `The request after the token (followUps/${index}) failed. ${message}`,
    ...(detail !== undefined && { detail }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}
