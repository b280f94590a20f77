import { api, type BadDefinition, hosts, oauth } from './definitions.suite.ts'

/** Addresses that two readers would read differently, or to which nothing is ever sent (A11, C4). */
export const addresses: readonly BadDefinition[] = [
  ['a base URL with javascript:', api({ baseUrl: 'javascript:alert(1)' }), '/baseUrl', 'url_scheme'],
  ['a base URL with file:', api({ baseUrl: 'file:///etc/passwd' }), '/baseUrl', 'url_scheme'],
  ['a base URL without scheme', api({ baseUrl: '//api.example.com' }), '/baseUrl', 'url_scheme'],
  ['a base URL with a user', api({ baseUrl: 'https://user@api.example.com' }), '/baseUrl', 'url_userinfo'],
  [
    'a base URL with user and password',
    api({ baseUrl: 'https://a:b@api.example.com' }),
    '/baseUrl',
    'url_userinfo',
  ],
  ['a base URL with a fragment', api({ baseUrl: 'https://api.example.com/#x' }), '/baseUrl', 'url_fragment'],
  [
    'a base URL with a backslash',
    api({ baseUrl: 'https://api.example.com\\@evil.com' }),
    '/baseUrl',
    'url_characters',
  ],
  [
    'a base URL with a tab',
    api({ baseUrl: 'https://api.example.com\t.evil.com' }),
    '/baseUrl',
    'url_characters',
  ],
  [
    'a base URL with a line break',
    api({ baseUrl: 'https://api.example.com/\r\nX: y' }),
    '/baseUrl',
    'url_characters',
  ],
  ['a base URL with a space', api({ baseUrl: ' https://api.example.com' }), '/baseUrl', 'url_characters'],
  [
    'a base URL with dot segments',
    api({ baseUrl: 'https://api.example.com/a/../b' }),
    '/baseUrl',
    'url_path',
  ],
  [
    'a base URL with encoded dot segments',
    api({ baseUrl: 'https://api.example.com/%2E%2e/b' }),
    '/baseUrl',
    'url_path',
  ],
  [
    'a base URL whose port is too large',
    api({ baseUrl: 'https://api.example.com:70000' }),
    '/baseUrl',
    'url_host',
  ],
  [
    'a base URL with an escape in its host',
    api({ baseUrl: 'https://api%2eexample.com' }),
    '/baseUrl',
    'url_host',
  ],
  ['a base URL with a number for its host', api({ baseUrl: 'https://2130706433/' }), '/baseUrl', 'url_host'],
  ['a loopback address', api({ baseUrl: 'http://127.0.0.1:8080' }), '/baseUrl', 'address_blocked'],
  ['a loopback address of IPv6', api({ baseUrl: 'https://[::1]/' }), '/baseUrl', 'address_blocked'],
  [
    'a loopback address of IPv4 inside IPv6',
    api({ baseUrl: 'https://[::ffff:127.0.0.1]/' }),
    '/baseUrl',
    'address_blocked',
  ],
  [
    'the address of a cloud’s metadata',
    api({ baseUrl: 'http://169.254.169.254/latest' }),
    '/baseUrl',
    'address_blocked',
  ],
  [
    'a private address for its token URL',
    oauth({ tokenUrl: 'https://10.0.0.1/token' }),
    '/auth/tokenUrl',
    'address_blocked',
  ],
  [
    'plain http for its token URL',
    oauth({ tokenUrl: 'http://auth.example.com/token' }),
    '/auth/tokenUrl',
    'https_required',
  ],
  [
    'plain http for its issuer',
    oauth({ issuer: 'http://auth.example.com' }),
    '/auth/issuer',
    'https_required',
  ],
  [
    'plain http for its authorization URL',
    oauth({ authorizationUrl: 'http://auth.example.com/authorize' }),
    '/auth/authorizationUrl',
    'https_required',
  ],
  [
    'javascript: for its authorization URL',
    oauth({ authorizationUrl: 'javascript:alert(document.cookie)' }),
    '/auth/authorizationUrl',
    'url_scheme',
  ],
  [
    'data: for its authorization URL',
    oauth({ authorizationUrl: 'data:text/html,<script>1</script>' }),
    '/auth/authorizationUrl',
    'url_scheme',
  ],
  [
    'a shell’s substitution in the host of its authorization URL',
    oauth({ authorizationUrl: 'https://a$(id)/authorize' }),
    '/auth/authorizationUrl',
    'url_host',
  ],
  [
    'a port that is a placeholder',
    api({ baseUrl: 'https://api.example.com:{port}', parameters: [{ name: 'port' }] }),
    '/baseUrl',
    'url_port',
  ],
  [
    'a scheme that is a placeholder',
    api({ baseUrl: '{scheme}://api.example.com', parameters: [{ name: 'scheme', kind: 'url' }] }),
    '/baseUrl',
    'url_placeholder',
  ],
]

/** Lists of hosts that say too much, or nothing (C5). */
export const hostLists: readonly BadDefinition[] = [
  ['an empty list of hosts', hosts(), '/hosts', 'too_small'],
  ['a host that is no text', hosts(7), '/hosts/0', 'wrong_type'],
  ['a bare * among its hosts', hosts('*'), '/hosts/0', 'wildcard_everything'],
  ['all of .com', hosts('example.com', '*.com'), '/hosts/1', 'wildcard_public_suffix'],
  ['all of .co.uk', hosts('*.co.uk'), '/hosts/0', 'wildcard_public_suffix'],
  ['all of github.io', hosts('*.github.io'), '/hosts/0', 'wildcard_public_suffix'],
  ['all of a network', hosts('*.127.0.0.1'), '/hosts/0', 'wildcard_address'],
  ['a * in the middle of a host', hosts('api.*.example.com'), '/hosts/0', 'wildcard_position'],
  ['a * as part of a label', hosts('api*.example.com'), '/hosts/0', 'wildcard_position'],
  ['a path behind a host', hosts('api.example.com/v1'), '/hosts/0', 'host_extra'],
  ['a user before a host', hosts('user@api.example.com'), '/hosts/0', 'host_extra'],
  ['another scheme before a host', hosts('ftp://api.example.com'), '/hosts/0', 'host_scheme'],
  ['an impossible port of a host', hosts('api.example.com:99999'), '/hosts/0', 'host_port'],
  ['a host with a line break', hosts('api.example.com\r\n'), '/hosts/0', 'host_invalid'],
  ['a placeholder among its hosts', hosts('{tenant}.example.com'), '/hosts/0', 'host_invalid'],
  ['hosts that leave its base URL out', api({ hosts: ['other.example.com'] }), '/baseUrl', 'host_not_listed'],
  [
    'hosts that leave its token URL out',
    oauth({}, { hosts: ['api.example.com'] }),
    '/auth/tokenUrl',
    'host_not_listed',
  ],
]

/** OAuth clients: a grant that is not spoken, and parameters that belong to the protocol (A14). */
export const clients: readonly BadDefinition[] = [
  ['a grant that is not spoken', oauth({ grant: 'implicit' }), '/auth/grant', 'not_a_choice'],
  ['a misspelt PKCE method', oauth({ pkce: 's256' }), '/auth/pkce', 'not_a_choice'],
  [
    'an unknown client authentication',
    oauth({ clientAuthentication: 'header' }),
    '/auth/clientAuthentication',
    'not_a_choice',
  ],
  ['another verb than GET and POST', oauth({ tokenMethod: 'PUT' }), '/auth/tokenMethod', 'not_a_choice'],
  ['a missing client id', oauth({ clientId: undefined }), '/auth/clientId', 'required'],
  [
    'a missing authorization URL',
    oauth({ authorizationUrl: undefined }),
    '/auth/authorizationUrl',
    'required',
  ],
  [
    'a missing token URL',
    oauth({ grant: 'client_credentials', tokenUrl: undefined }),
    '/auth/tokenUrl',
    'required',
  ],
  ['scopes in one text', oauth({ scopes: 'read write' }), '/auth/scopes', 'wrong_type'],
  [
    'a renewal that is no number',
    oauth({ renewal: { before: '30m' } }),
    '/auth/renewal/before',
    'wrong_type',
  ],
  ['a renewal of half a second', oauth({ renewal: { before: 0.5 } }), '/auth/renewal/before', 'wrong_type'],
  [
    'a client that shows itself by a certificate which it has not',
    oauth({ clientAuthentication: 'tls' }),
    '/auth/tls',
    'required',
  ],
  [
    'a success that counts as rejection',
    oauth({ authErrors: { statuses: [200] } }),
    '/auth/authErrors/statuses',
    'invalid',
  ],
  ...[
    'response_type',
    'client_id',
    'redirect_uri',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'resource',
    'request',
    'request_uri',
    'REDIRECT_URI',
    'Response_Type',
    'redirect%5Furi',
    '%73tate',
    '%2573tate',
    ' state',
    'code_challenge%5Fmethod',
  ].map(
    (name): BadDefinition => [
      `the protocol’s own parameter written as "${name}"`,
      oauth({ authorizationParams: { prompt: 'consent', [name]: 'x' } }),
      `/auth/authorizationParams/${name}`,
      'parameter_reserved',
    ],
  ),
  ...['redirect_uri=https%3A%2F%2Fevil.com', 'a=b&State=x', '%73tate=x', 'redirect%5Furi=x', '+state=x'].map(
    (query): BadDefinition => [
      `an authorization URL that brings ${query}`,
      oauth({ authorizationUrl: `https://auth.example.com/authorize?${query}` }),
      '/auth/authorizationUrl',
      'parameter_reserved',
    ],
  ),
]

/** Whoever connects an account must not be able to have the author’s secret sent to a host of his own (C20). */
export const movingHosts: readonly BadDefinition[] = [
  ...(
    [
      ['a whole host', 'https://{x}/token', 'host'],
      ['the end of a host', 'https://auth.{x}/token', 'host'],
      ['a whole address', '{x}/token', 'url'],
      ['a name under .com', 'https://{x}.com/token', 'label'],
      ['a name under .co.uk', 'https://auth.{x}.co.uk/token', 'label'],
      ['a name under github.io', 'https://{x}.github.io/token', undefined],
    ] as const
  ).map(
    ([what, tokenUrl, kind]): BadDefinition => [
      `a token URL where an account chooses ${what}, and hosts are not listed`,
      oauth(
        { grant: 'client_credentials', tokenUrl },
        { parameters: [{ name: 'x', ...(kind && { kind }) }] },
      ),
      '/hosts',
      'hosts_required',
    ],
  ),
  [
    'an issuer that an account chooses, and hosts are not listed',
    oauth({ issuer: 'https://{x}' }, { parameters: [{ name: 'x', kind: 'host' }] }),
    '/hosts',
    'hosts_required',
  ],
  [
    'a client secret that is the account’s in part only',
    oauth(
      { tokenUrl: 'https://{x}/token', clientId: '{id}', clientSecret: 'of-the-author-{id}' },
      { parameters: [{ name: 'x', kind: 'host' }, { name: 'id' }] },
    ),
    '/hosts',
    'hosts_required',
  ],
]
