import { describe, expect, test } from 'vitest'
import { parseUrlTemplate, placeholdersIn, type UrlTemplate, valueChoosesOwner } from './url-template.ts'

describe('parseUrlTemplate', () => {
  test('knows where each placeholder stands', () => {
    const url = parsed('https://{a}.{b}-x.example.com:8443/{c}/{d}.json?e={e}&f={a}')
    expect(placeholdersIn(url, 'host')).toEqual(['a', 'b'])
    expect(placeholdersIn(url, 'path')).toEqual(['c', 'd'])
    expect(placeholdersIn(url, 'query')).toEqual(['e', 'a'])
    expect(placeholdersIn(url, 'origin')).toEqual([])
    expect(url).toMatchObject({
      protocol: 'https:',
      port: 8443,
      originTemplate: 'https://{a}.{b}-x.example.com:8443',
      hostPrefix: '',
      hostSuffix: '-x.example.com',
    })
  })

  test('a whole address can be a placeholder, with a path after it', () => {
    const url = parsed('{instanceUrl}/services/{version}?x={y}')
    expect(placeholdersIn(url, 'origin')).toEqual(['instanceUrl'])
    expect(placeholdersIn(url, 'path')).toEqual(['version'])
    expect(placeholdersIn(url, 'query')).toEqual(['y'])
    expect(url).toMatchObject({ protocol: undefined, port: undefined, originTemplate: '{instanceUrl}' })
    expect(placeholdersIn(parsed('{kept.instance_url}'), 'origin')).toEqual(['kept.instance_url'])
    expect(placeholdersIn(parsed('{u}?a={b}'), 'query')).toEqual(['b'])
  })

  test('an address without placeholders is taken apart as well', () => {
    expect(parsed('http://API.example.com./x')).toMatchObject({
      protocol: 'http:',
      port: 80,
      originTemplate: 'http://API.example.com.',
      hostSuffix: 'api.example.com',
    })
  })

  test.each([
    ['', 'url_scheme'],
    ['a.com/{x}', 'url_scheme'],
    ['//{x}/', 'url_scheme'],
    ['ftp://{x}/', 'url_scheme'],
    ['https:{x}', 'url_scheme'],
    ['https:/{x}', 'url_scheme'],
    ['https{x}://a.com', 'url_scheme'],
    ['{x}://a.com', 'url_placeholder'],
    ['{x}.evil.com', 'url_placeholder'],
    ['{x}{y}', 'url_placeholder'],
    ['{x}@a.com', 'url_placeholder'],
    ['{x}:8080/', 'url_placeholder'],
    ['https://{x}@a.com/', 'url_userinfo'],
    ['https://a:{x}@a.com/', 'url_userinfo'],
    ['https://a.com:{port}/', 'url_port'],
    ['https://a.com:8{port}/', 'url_port'],
    ['https://a.com:0/{x}', 'url_host'],
    ['https:///{x}', 'url_host'],
    ['https://', 'url_host'],
    ['https://.{x}.com', 'url_host'],
    ['https://{x}..com', 'url_host'],
    ['https://-{x}.com', 'url_host'],
    ['https://{x}%2e.com', 'url_host'],
    ['https://[{x}]/', 'url_host'],
    ['https://{{x}}.com', 'url_host'],
    ['https://{x}.1', 'url_host'],
    ['https://a.com/{x}#{y}', 'url_fragment'],
    ['https://a.com/#', 'url_fragment'],
    ['https://a.com\\{x}', 'url_characters'],
    ['https://a.com/\n{x}', 'url_characters'],
    ['https://a.com\t/{x}', 'url_characters'],
    ['https://a.com/{x} {y}', 'url_characters'],
    ['https://a.com/\0', 'url_characters'],
    ['https://a.com/../{x}', 'url_path'],
    ['https://a.com/{x}/..', 'url_path'],
    ['https://a.com/{x}/%2E./y', 'url_path'],
    ['{u}/./y', 'url_path'],
  ])('refuses %j as %s', (text, code) => {
    const result = parseUrlTemplate(text)
    expect('fault' in result ? result.fault.code : 'ok').toBe(code)
  })

  test.each([
    'https://a.com/x..y/{z}',
    'https://a.com/?next=/../{z}',
    'https://a.com/{{x}}',
    'https://[::1]:8443/{x}',
  ])('takes %j', (text) => expect('ok' in parseUrlTemplate(text)).toBe(true))
})

describe('valueChoosesOwner', () => {
  test.each([
    ['https://{x}.com/', true],
    ['https://{x}.co.uk/', true],
    ['https://{x}.github.io/', true],
    ['https://{x}.kawasaki.jp/', true],
    ['https://{x}/', true],
    ['https://{x}:8443/', true],
    ['https://{x}.internal/', true],
    ['https://api.{x}/', true],
    ['https://api{x}.com/', true],
    ['https://{x}api.com/', true],
    ['https://{x}-api.com./', true],
    ['https://{x}.{y}.com/', true],
    ['{x}/path', true],
    ['https://{x}.example.com/', false],
    ['https://{x}.EXAMPLE.com./', false],
    ['https://{x}-api.example.com/', false],
    ['https://{x}.{y}.example.com/', false],
    ['https://{x}.pages.github.io/', false],
    ['https://{x}.my.salesforce.com/', false],
    ['https://example.com/{x}', false],
  ])('%s: %s', (text, expected) => expect(valueChoosesOwner(parsed(text))).toBe(expected))
})

function parsed(text: string): UrlTemplate {
  const result = parseUrlTemplate(text)
  if ('fault' in result) throw new TypeError(`${text}: ${result.fault.code}`)
  return result.ok
}
