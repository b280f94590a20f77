import { describe, expect, test } from 'vitest'
import { ecKeys, pem, rsaKeys } from '../schemes/jwt-keys.suite.ts'
import { faults, oauth2, parameters, strict } from './check.suite.ts'

const rsa = { algorithm: 'RS256', privateKey: pem(rsaKeys().privateKey) }
const exchange = { subjectToken: '{subject}' }
const subject = parameters({ name: 'subject', secret: true })
const key = parameters({ name: 'key', secret: true })

describe('what a grant needs', () => {
  test.each<[auth: Record<string, unknown>, found: string[]]>([
    [{ grant: 'password', authorizationUrl: undefined }, []],
    [{ grant: 'password', tokenUrl: undefined }, ['/auth/tokenUrl required']],
    [{ grant: 'device_code', authorizationUrl: undefined }, ['/auth/deviceUrl required']],
    [{ grant: 'jwt_bearer' }, ['/auth/jwt required']],
    [{ grant: 'jwt_bearer', jwt: rsa }, []],
    [{ grant: 'jwt_bearer', jwt: rsa, clientId: undefined, clientSecret: undefined }, []],
    [{ grant: 'jwt_bearer', jwt: rsa, clientId: undefined }, ['/auth/clientId required']],
    [{ grant: 'jwt_bearer', jwt: { ...rsa, use: 'template' } }, ['/auth/jwt/use jwt_use']],
    [{ grant: 'token_exchange' }, ['/auth/tokenExchange required']],
  ])('%j: %j', (auth, found) => {
    expect(faults(oauth2(auth))).toEqual(found)
  })

  test('a token exchange has a subject, and an actor’s type', () => {
    expect(faults(oauth2({ grant: 'token_exchange', tokenExchange: exchange }, subject))).toEqual([])
    const tokenExchange = { ...exchange, actorToken: 'x' }
    expect(faults(oauth2({ grant: 'token_exchange', tokenExchange }, subject))).toEqual([
      '/auth/tokenExchange/actorTokenType required',
    ])
  })
})

describe('what a way of authentication needs', () => {
  test.each<[auth: Record<string, unknown>, found: string[]]>([
    [{ clientAuthentication: 'private_key_jwt', jwt: rsa }, []],
    [{ clientAuthentication: 'private_key_jwt' }, ['/auth/jwt required']],
    [
      { clientAuthentication: 'private_key_jwt', jwt: { algorithm: 'HS256', secret: 's' } },
      ['/auth/jwt/algorithm algorithm'],
    ],
    [{ clientAuthentication: 'client_secret_jwt' }, []],
    [{ clientAuthentication: 'client_secret_jwt', jwt: { algorithm: 'HS512' } }, []],
    [{ clientAuthentication: 'client_secret_jwt', clientSecret: undefined }, ['/auth/clientSecret required']],
    [{ clientAuthentication: 'client_secret_jwt', jwt: rsa }, ['/auth/jwt/algorithm algorithm']],
    [{ clientSecrets: ['new', 'old'] }, ['/auth/clientSecrets one_of']],
    [{ clientSecrets: ['new', 'old'], clientSecret: undefined }, []],
    [{ jwt: { algorithm: 'HS256', use: 'template' } }, ['/auth/jwt/secret required']],
    [{ jwt: { algorithm: 'RS256', privateKey: 'x' } }, ['/auth/jwt/privateKey private_key']],
    [
      { jwt: { algorithm: 'ES256', privateKey: pem(ecKeys('secp384r1').privateKey) } },
      ['/auth/jwt/privateKey key_misfit'],
    ],
  ])('%#: %j', (auth, found) => {
    expect(faults(oauth2(auth))).toEqual(found)
  })
})

describe('templates', () => {
  test('of JWT, secrets and exchange are checked for what they ask', () => {
    const payload = { iss: '{client.id}', scope: '{scope}', at: '{request.timestamp}', x: ['{y}'] }
    const jwt = { ...rsa, header: { kid: '{kid}' }, payload }
    const definition = oauth2({
      grant: 'token_exchange',
      jwt,
      clientSecret: undefined,
      clientSecrets: ['{jwt.token}', '{z}'],
      tokenExchange: { subjectToken: '{jwt.token}', audience: ['{token}'] },
    })
    expect(faults(definition)).toEqual([
      '/auth/clientSecrets/1 unknown_placeholder',
      '/auth/jwt/header/kid unknown_placeholder',
      '/auth/jwt/payload/x/0 unknown_placeholder',
      '/auth/tokenExchange/audience/0 placeholder_not_available',
    ])
  })

  test('a key may be each account’s own', () => {
    expect(faults(oauth2({ grant: 'jwt_bearer', jwt: { ...rsa, privateKey: '{key}' } }, key))).toEqual([])
  })

  test('a definition’s key goes to no host that a value chooses', () => {
    const host = { name: 'host', kind: 'host' }
    const auth = {
      grant: 'client_credentials',
      clientAuthentication: 'private_key_jwt',
      clientSecret: undefined,
      tokenUrl: 'https://{host}/token',
    }
    expect(faults(oauth2({ ...auth, jwt: rsa }, parameters(host)))).toEqual(['/hosts hosts_required'])
    const own = { ...rsa, privateKey: '{key}' }
    const its = [{ name: 'key', secret: true }, { name: 'id' }]
    expect(faults(oauth2({ ...auth, clientId: '{id}', jwt: own }, parameters(host, ...its)))).toEqual([])
  })
})

test('where the operator forbids the password grant, a definition with it is refused', () => {
  const policy = { ...strict, forbiddenGrants: new Set(['password']) }
  expect(faults(oauth2({ grant: 'password' }), policy)).toEqual(['/auth/grant grant_forbidden'])
  expect(faults(oauth2(), policy)).toEqual([])
})
