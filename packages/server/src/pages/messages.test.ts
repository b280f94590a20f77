import { expect, test } from 'vitest'
import { chosenLanguage, languages, Messages, readMessages } from './messages.ts'

const english = readMessages('en')
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

test.each(languages)(
  '%s says all that English says, with the same names in it, and nothing else',
  (language) => {
    const messages = readMessages(language)
    expect(Object.keys(messages)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(messages)) {
      expect(text.trim(), key).not.toBe('')
      expect([key, placeholders(text)]).toEqual([key, placeholders(english[key] ?? '')])
    }
  },
)

test('no two languages say the same, but for words that are the same', () => {
  const same = (language: 'de' | 'ja') =>
    Object.entries(readMessages(language)).flatMap(([key, text]) => (text === english[key] ? [key] : []))
  expect(same('de')).toEqual(['code.code'])
  expect(same('ja')).toEqual([])
})

test.each([
  ['what is asked for', ['de', 'ja'], 'en', 'de'],
  ['what it was before, where nothing is asked for', [undefined, 'ja'], 'en', 'ja'],
  ['what the browser prefers', [], 'fr-CA, de-AT;q=0.8, en;q=0.9', 'en'],
  ['a region’s language', [], 'ja-JP', 'ja'],
  ['what is not refused', [], 'de;q=0, ja;q=0.1', 'ja'],
  ['what is there, whatever is asked for', ['../../etc', 'xx'], 'de', 'de'],
  ['English, where nothing is known', ['', undefined], '*;q=nonsense, fr', 'en'],
  ['English, without a word', [], undefined, 'en'],
] as const)('the language is %s', (_, asked, accepted, language) => {
  expect(chosenLanguage(asked, accepted)).toBe(language)
})

test('a name in a message is text, and is filled in once', () => {
  const messages = new Messages('en')
  const integration = '<b>{title}</b>'
  expect(messages.text('form.title', { integration, title: 'x' })).toBe('Connect <b>{title}</b>')
  expect(messages.html('form.title', { integration, title: 'x' })).toBe(
    'Connect <bdi>&#60;b&#62;{title}&#60;/b&#62;</bdi>',
  )
})
