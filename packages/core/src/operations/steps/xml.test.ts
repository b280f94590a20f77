import { XmlStep } from '@sallyport/contract'
import { afterAll, expect, test } from 'vitest'
import { Sandbox } from './sandbox/sandbox.ts'
import { xml } from './xml.ts'

const sandbox = new Sandbox({ limits: { milliseconds: 1000 } })
afterAll(() => sandbox.close())
const done = (fields: object) =>
  xml(XmlStep.parse({ kind: 'xml', name: 'x', ...fields }), { sandbox, organizationId: 'org_1' })
const parse = (from: unknown, more: object = {}) => done({ action: 'parse', from, ...more })
const build = (from: unknown, more: object = {}) => done({ action: 'build', from, ...more })
const refusal = (work: Promise<unknown>) =>
  work.then(
    (output) => ({ output }),
    (error) => ({ code: error.code, message: error.message }),
  )
const failed = (message: RegExp) => ({ code: 'step_failed', message: expect.stringMatching(message) })
const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n'

test.each([
  ['<a>text</a>', { a: 'text' }],
  ['<a/>', { a: '' }],
  ['\uFEFF<?xml version="1.0"?>\n<!-- c -->\n<a>1</a>\n', { a: '1' }],
  ['<a id="7" n="&lt;&#x41;&#66;">t</a>', { a: { '@id': '7', '@n': '<AB', '#text': 't' } }],
  ['<a> kept <b/>as it is </a>', { a: { b: '', '#text': ' kept as it is ' } }],
  ['<a>\n  <b>1</b>\n  <b>2</b>\n</a>', { a: { b: ['1', '2'] } }],
  ['<s:E xmlns:s="urn:s"><s:B/></s:E>', { 's:E': { '@xmlns:s': 'urn:s', 's:B': '' } }],
  ['<a><![CDATA[<!DOCTYPE html> &amp; <b>]]></a>', { a: '<!DOCTYPE html> &amp; <b>' }],
  ['<a>&amp;lt; &#38;lt;</a>', { a: '&lt; &lt;' }],
  ['<a><!-- <!DOCTYPE b> &c; --><?p &d; ?>t</a>', { a: 't' }],
  ['<a x="1 > 0">\u00e9\u{1f600}</a>', { a: { '@x': '1 > 0', '#text': '\u00e9\u{1f600}' } }],
  [
    '<a><toString>1</toString><hasOwnProperty v="2"/></a>',
    { a: { toString: '1', hasOwnProperty: { '@v': '2' } } },
  ],
])('XML is read as what it says, values as text: %s', async (text, expected) => {
  expect(await parse(text)).toEqual(expected)
})

test('elements are lists where there are several, and where the step says that they are', async () => {
  const text = '<orders><order><line/></order><total>1</total></orders>'
  expect(await parse(text, { arrays: ['orders/order'] })).toEqual({
    orders: { order: [{ line: '' }], total: '1' },
  })
  expect(await parse(text, { arrays: ['/orders/*/line'] })).toEqual({
    orders: { order: { line: [''] }, total: '1' },
  })
  expect(await parse(text, { arrays: ['//line', '//total'] })).toEqual({
    orders: { order: { line: [''] }, total: ['1'] },
  })
})

test('attributes and text are named as the step says', async () => {
  const named = { attributePrefix: '_', textName: 'value' }
  expect(await parse('<a b="1">t</a>', named)).toEqual({ a: { _b: '1', value: 't' } })
  expect(await build({ a: { _b: 1, value: 't' } }, named)).toBe(`${prolog}<a b="1">t</a>`)
})

const fieldsOfXml: readonly object[] = [
  { a: 'text' },
  { a: '' },
  { a: { '@id': '7', '#text': ' <&>"\' ]]> ' } },
  { a: { b: ['1', '2', { '@c': 'd' }], e: { f: { g: 'h' } } } },
  { 's:E': { '@xmlns:s': 'urn:s', 's:B': { '@flag': 'true' } } },
  { été: { 'naïve-1.2': '\u{1f600}' } },
  { a: { constructorOf: '1', toString: '2', valueOf: { '@hasOwnProperty': '3' } } },
]

test.each(fieldsOfXml)('what was built is read as it was: %j', async (fields) => {
  expect(await parse(await build(fields))).toEqual(fields)
})

test('values of JSON become texts, and null an empty element or no attribute', async () => {
  const fields = { a: { '@n': 1, '@no': null, t: true, z: null, list: [1, null, { '#text': 2 }] } }
  expect(await build(fields)).toBe(`${prolog}<a n="1"><t>true</t><z/><list>1</list><list/><list>2</list></a>`)
})

const lol = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')

test.each([
  ['a document type', '<!DOCTYPE a><a/>'],
  ['a document type in small letters', '<!doctype a><a/>'],
  [
    'a document type after comments and instructions',
    '<?xml version="1.0"?><!-- x --><?y?>\n<!DOCTYPE a []><a/>',
  ],
  ['an external document type', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
  ['an entity', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "http://169.254.169.254/">]><a>&e;</a>'],
  ['a parameter entity', '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/p.dtd"> %p;]><a/>'],
  ['a bomb of entities', `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l9;</a>`],
  ['one large entity, often', `<!DOCTYPE a [<!ENTITY e "${'x'.repeat(5000)}">]><a>${'&e;'.repeat(5000)}</a>`],
  ['a document type within an element', '<a><!DOCTYPE b [<!ENTITY e "x">]>&e;</a>'],
  ['an entity without a document type', '<a><!ENTITY e "x"></a>'],
  ['an attribute that hides a document type', '<a b="<!--"><!DOCTYPE c [<!ENTITY e "x">]><d f="-->"/></a>'],
  [
    'a comment that hides a document type',
    '<!--><!DOCTYPE a [<!ENTITY e "x">]>--><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
  ],
])('%s is refused', async (_what, text) => {
  expect(await refusal(parse(text))).toEqual(failed(/document type|not well-formed/))
})

test.each([
  ['an entity of HTML', '<a>&nbsp;</a>', /entity &nbsp;/],
  ['an entity in an attribute', '<a b="&file;"/>', /entity &file;/],
  ['an & for itself', '<a>x & y</a>', /Write &amp;/],
  ['a character that XML does not have', '<a>&#0;</a>', /character/],
  ['half a character', '<a>&#xD800;</a>', /character/],
  ['a number beyond Unicode', '<a>&#x110000;</a>', /character/],
  ['no element', '  ', /Start tag expected/],
  ['two elements', '<a/><b/>', /one element/],
  ['text after the element', '<a/>text', /outside/],
  ['an element that does not end', '<a><b></a>', /not well-formed/],
  ['an attribute without quotes', '<a b=1/>', /not well-formed/],
  ['an attribute twice', '<a b="1" b="2"/>', /not well-formed/],
  ['a comment that does not end', '<a/><!-- ', /-->/],
  ['a tag that does not end', '<a', /tag/],
  ['JSON', '{"a": 1}', /outside/],
  ['a name that is none to JavaScript', '<a><__proto__><x/></__proto__></a>', /not well-formed/],
  ['elements nested too deep', '<a>'.repeat(300) + '</a>'.repeat(300), /nested deeper/],
])('%s is refused with what is wrong', async (_what, text, message) => {
  expect(await refusal(parse(text))).toEqual(failed(message))
})

test('what is no text is not read as XML', async () => {
  expect(await refusal(parse({ a: 1 }))).toEqual(failed(/from a text/))
})

test.each([
  ['no root element', {}],
  ['two root elements', { a: 1, b: 2 }],
  ['a list of root elements', { a: [1, 2] }],
  ['a list', [1]],
  ['a text', 'a'],
  ['a name that would become markup', { 'a><b': 1 }],
  ['an attribute that would become another', { a: { '@b="1" c': 2 } }],
  ['an instruction', { '?xml-stylesheet': { '@href': 'x' } }],
  ['a document type', { '!DOCTYPE a': 1 }],
  ['an empty name', { a: { '': 1 } }],
  ['a character that XML does not have', { a: 'x\u0000y' }],
  ['half a character', { a: '\ud800' }],
  ['a list in a list', { a: { b: [[1]] } }],
  ['an attribute that is no text', { a: { '@b': { c: 1 } } }],
])('%s is not built', async (_what, fields) => {
  expect(await refusal(build(fields))).toMatchObject({ code: 'step_failed' })
})

test('an object nested too deep is not built', async () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) })
  expect(await refusal(build(deep(500)))).toEqual(failed(/nested deeper/))
})

test.each([
  ['tags that never end', '<a '.repeat(300_000)],
  ['quotes that never end', `<a ${'b="'.repeat(300_000)}`],
  ['references without an end', `<a>${'&'.repeat(300_000)}</a>`],
  ['comments that never end', '<!--'.repeat(300_000)],
  [
    'attributes by the thousands',
    `<a ${Array.from({ length: 100_000 }, (_, at) => `b${at}="1"`).join(' ')}/>`,
  ],
  ['spaces', `<a${' '.repeat(1_000_000)}b`],
  ['closing tags alone', '</a>'.repeat(300_000)],
  ['elements that only open', '<a>'.repeat(300_000)],
])('%s are answered within the limits', async (_what, text) => {
  const result = await refusal(parse(text))
  expect('output' in result || ['step_failed', 'step_limit_reached'].includes(result.code)).toBe(true)
})
