import { describe, expect, test } from 'vitest'
import { faults, inside, oauth2, parameters, strict, token } from './check.suite.ts'

describe('addresses', () => {
  test.each<[definition: unknown, found: string[]]>([
    [{ ...token, baseUrl: 'api.example.com' }, ['/baseUrl url_scheme']],
    [{ ...token, baseUrl: 'ftp://a.example' }, ['/baseUrl url_scheme']],
    [{ ...token, baseUrl: 'https://user:pw@a.example' }, ['/baseUrl url_userinfo']],
    [{ ...token, baseUrl: 'https://a.example/#x' }, ['/baseUrl url_fragment']],
    [{ ...token, baseUrl: 'https://a.example/../x' }, ['/baseUrl url_path']],
    [{ ...token, baseUrl: 'https://a b' }, ['/baseUrl url_characters']],
    [{ ...token, baseUrl: 'https://a.example:{p}', ...parameters({ name: 'p' }) }, ['/baseUrl url_port']],
    [{ ...token, baseUrl: 'https://127.0.0.1' }, ['/baseUrl address_blocked']],
    [{ ...token, baseUrl: 'https://10.0.0.1' }, ['/baseUrl address_blocked']],
    [{ ...token, baseUrl: 'https://[::1]' }, ['/baseUrl address_blocked']],
    [{ ...token, baseUrl: 'https://169.254.169.254' }, ['/baseUrl address_blocked']],
    [oauth2({ tokenUrl: 'http://login.example.com/token' }), ['/auth/tokenUrl https_required']],
    [oauth2({ authorizationUrl: 'http://login.example.com/a' }), ['/auth/authorizationUrl https_required']],
    [oauth2({ issuer: 'http://login.example.com' }), ['/auth/issuer https_required']],
    [
      oauth2({ tokenUrl: 'https://10.0.0.1/token', authorizationUrl: 'x' }),
      ['/auth/authorizationUrl url_scheme', '/auth/tokenUrl address_blocked'],
    ],
  ])('%j has the faults %j', (definition, found) => {
    expect(faults(definition)).toEqual(found)
  })

  test('inside, what the operator allows is allowed, plain http included', () => {
    const definition = oauth2(
      { tokenUrl: 'http://10.0.0.1:8080/token' },
      { baseUrl: 'http://127.0.0.1:3000' },
    )
    expect(faults(definition, inside)).toEqual([])
    expect(faults(oauth2({ tokenUrl: 'http://11.0.0.1/token' }), inside)).toEqual([
      '/auth/tokenUrl https_required',
    ])
  })

  test('an origin of our own is exempt, and only that', () => {
    const policy = { ...strict, exemptOrigins: new Set(['http://127.0.0.1:3301']) }
    expect(faults({ ...token, baseUrl: 'http://127.0.0.1:3301/x' }, policy)).toEqual([])
    expect(faults({ ...token, baseUrl: 'http://127.0.0.1:3302/x' }, policy)).toEqual([
      '/baseUrl address_blocked',
    ])
  })
})

describe('hosts', () => {
  const baseUrl = 'https://api.example.com'
  test.each<[hosts: string[], found: string[]]>([
    [['api.example.com'], []],
    [['*.example.com'], []],
    [['other.example.com'], ['/baseUrl host_not_listed']],
    [['*'], ['/hosts/0 wildcard_everything']],
    [['*.com', 'api.example.com'], ['/hosts/0 wildcard_public_suffix']],
    [['api.example.com', 'a*.example.com'], ['/hosts/1 wildcard_position']],
    [['https://api.example.com/x'], ['/hosts/0 host_extra']],
    [['api.example.com:0'], ['/hosts/0 host_port']],
    [['not a host'], ['/hosts/0 host_invalid']],
    [
      ['*', 'x y'],
      ['/hosts/0 wildcard_everything', '/hosts/1 host_invalid'],
    ],
  ])('%j has the faults %j', (hosts, found) => {
    expect(faults({ ...token, baseUrl, hosts })).toEqual(found)
  })

  test('credential addresses must be listed too, the page for browsers need not', () => {
    expect(faults(oauth2({}, { hosts: ['api.example.com'], baseUrl }))).toEqual([
      '/auth/tokenUrl host_not_listed',
    ])
    const auth = { authorizationUrl: 'https://accounts.example.com/a' }
    expect(faults(oauth2(auth, { hosts: ['login.example.com'] }))).toEqual([])
  })
})

describe('values that could move a host', () => {
  const host = { name: 'h', kind: 'host' }
  test.each<[definition: unknown, found: string[]]>([
    [{ ...token, baseUrl: 'https://{h}.example.com', ...parameters({ name: 'h' }) }, []],
    [{ ...token, baseUrl: 'https://{h}', ...parameters(host) }, []],
    [
      { ...token, baseUrl: 'https://{h}.example.com', ...parameters({ name: 'h', kind: 'text' }) },
      ['/parameters/0/kind kind'],
    ],
    [
      { ...token, baseUrl: 'https://{h}.example.com', ...parameters({ name: 'h', kind: 'url' }) },
      ['/parameters/0/kind kind'],
    ],
    [{ ...token, baseUrl: '{h}/x', ...parameters({ name: 'h', kind: 'url' }) }, []],
    [{ ...token, baseUrl: '{h}/x', ...parameters({ name: 'h' }) }, ['/parameters/0/kind kind']],
    [oauth2({ tokenUrl: 'https://{h}.example.com/t' }, parameters({ name: 'h' })), []],
    [oauth2({ tokenUrl: 'https://{h}.example.com/t' }, parameters(host)), ['/hosts hosts_required']],
    [oauth2({ tokenUrl: 'https://{h}/t' }, parameters(host)), ['/hosts hosts_required']],
    [oauth2({ tokenUrl: 'https://{h}.com/t' }, parameters({ name: 'h' })), ['/hosts hosts_required']],
    [oauth2({ tokenUrl: 'https://{h}.github.io/t' }, parameters({ name: 'h' })), ['/hosts hosts_required']],
    [oauth2({ tokenUrl: '{h}/t' }, parameters({ name: 'h', kind: 'url' })), ['/hosts hosts_required']],
    [oauth2({ tokenUrl: 'https://{h}/t' }, { ...parameters(host), hosts: ['*.example.com'] }), []],
    [
      oauth2({ tokenUrl: 'https://{h}/t' }, { ...parameters(host), hosts: ['*'] }),
      ['/hosts/0 wildcard_everything'],
    ],
    [oauth2({ tokenUrl: 'https://{h}/t', clientSecret: '' }, parameters(host)), []],
    [
      oauth2(
        { tokenUrl: 'https://{h}/t', clientId: '{id}', clientSecret: '{s}' },
        parameters(host, { name: 'id' }, { name: 's', secret: true }),
      ),
      [],
    ],
    [
      oauth2(
        { tokenUrl: 'https://{h}/t', clientSecret: '{s}' },
        parameters(host, { name: 's', secret: true }),
      ),
      ['/hosts hosts_required'],
    ],
    [
      oauth2(
        { tokenUrl: 'https://{h}/t', clientId: '{id}', clientSecret: 'authors-{s}' },
        parameters(host, { name: 'id' }, { name: 's', secret: true }),
      ),
      ['/hosts hosts_required'],
    ],
  ])('%j has the faults %j', (definition, found) => {
    expect(faults(definition)).toEqual(found)
  })

  const plaintext = { type: 'oauth1', consumerKey: 'k', consumerSecret: 's', signatureMethod: 'PLAINTEXT' }
  const legs = {
    requestTokenUrl: 'https://{h}/r',
    authorizationUrl: 'https://{h}/a',
    accessTokenUrl: 'https://a.example/t',
  }
  const perCall = { type: 'jwt', algorithm: 'HS256', secret: 's'.repeat(32) }
  test.each<[what: string, auth: Record<string, unknown>, baseUrl: string, found: string[]]>([
    [
      'a consumer secret at a token address',
      { ...plaintext, signatureMethod: 'HMAC-SHA1', ...legs },
      'https://a.example',
      ['/hosts hosts_required'],
    ],
    ['a consumer secret in every call', plaintext, 'https://{h}', ['/hosts hosts_required']],
    [
      'a signature that is good for one address',
      { ...plaintext, signatureMethod: 'HMAC-SHA1' },
      'https://{h}',
      [],
    ],
    ['a JWT of the author’s key in every call', perCall, 'https://{h}', ['/hosts hosts_required']],
    ['a JWT of the account’s own key', { ...perCall, secret: '{key}' }, 'https://{h}', []],
  ])('of every type that has a secret of its author’s: %s (C20)', (_, auth, base, found) => {
    const own = { name: 'key', secret: true }
    const definition = { key: 'api', name: 'API', baseUrl: base, auth, ...parameters(host, own) }
    expect(faults(definition)).toEqual(found)
    expect(faults({ ...definition, hosts: ['a.example', '*.example.com'] })).toEqual([])
  })

  test('each address that a value could move is named', () => {
    const auth = { tokenUrl: 'https://{h}/t', issuer: 'https://{h}/' }
    expect(faults(oauth2(auth, parameters(host)))).toEqual(['/hosts hosts_required', '/hosts hosts_required'])
  })
})
