import { type Fault, lineAt } from './fault.ts'
import { blank, type Kind } from './source-kinds.ts'
import { isTest, type Source } from './sources.ts'

/** Something that must not be written outside its one home. Tests may write it. */
interface Phrase {
  readonly pattern: RegExp
  /** Looked for where these kinds of text are blanked out. */
  readonly ignoring: readonly Kind[]
  readonly within: RegExp
  readonly home: RegExp
  readonly sentence: string
}

const schemeName = `(['"])(?:oauth2|api_token|basic|custom_token|sftp)`

const phrases: readonly Phrase[] = [
  {
    pattern: new RegExp(
      `[!=]==?\\s*${schemeName}\\1|\\bcase\\s+${schemeName}\\2|${schemeName}\\3\\s*[!=]==?`,
      'g',
    ),
    ignoring: ['comment'],
    // The emulator is a provider: to it these are words of a protocol, not names of our schemes.
    within: /^packages\/(?!emulator\/|testkit\/)/,
    home: /\/src\/schemes\//,
    sentence: 'A scheme is compared by name: ask the scheme itself, so that the next one needs no line here.',
  },
  {
    // A call, and not a method of that name being declared.
    pattern:
      /(?<![\w$.#])fetch\s*\((?![^()]*\)\s*[:{])|\bglobalThis\s*\.\s*fetch\b|\bnew\s+(?:WebSocket|EventSource)\b/g,
    ignoring: ['comment', 'string', 'template', 'expression'],
    within: /^packages\/(contract|core|store|catalog)\//,
    home: /^packages\/core\/src\/egress\//,
    sentence: 'The network is reached in packages/core/src/egress only.',
  },
  {
    pattern:
      /\b(?:insert\s+into\s+["\w]|create\s+(?:table|(?:unique\s+)?index)\s+["\w]|alter\s+table\s+["\w]|delete\s+from\s+["\w]+\s+where\b|update\s+["\w]+\s+set\s+["\w]+\s*=|select\s+[^;]{1,200}?\sfrom\s+["\w]+\s+(?:where|order|limit|group|join)\b|pragma\s+\w+)/gi,
    ignoring: ['comment', 'expression'],
    within: /^packages\/(?!store\/)/,
    home: /^packages\/store\//,
    sentence: 'SQL is written in packages/store only.',
  },
  {
    pattern: /\bprocess\s*\.\s*env\b/g,
    ignoring: ['comment', 'string', 'template', 'expression'],
    within: /^packages\/(?!testkit\/)/,
    home: /^packages\/server\/src\/config\.ts$/,
    sentence: 'The environment is read in packages/server/src/config.ts only.',
  },
]

/** What is written outside its home. */
export function checkPhrases(sources: readonly Source[]): readonly Fault[] {
  return sources.flatMap(({ file, text }) =>
    phrases
      .filter(({ within, home }) => !isTest(file) && within.test(file) && !home.test(file))
      .flatMap(({ pattern, ignoring, sentence }) =>
        Array.from(blank(text, ...ignoring).matchAll(pattern), (match) => ({
          file,
          line: lineAt(text, match.index),
          sentence,
        })),
      ),
  )
}
