import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { naughty } from './console.suite.ts'

/** Where the Big List of Naughty Strings lies, beside the repository or where the variable says. */
const folder =
  process.env.SALLYPORT_CORPORA ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))
const path = `${folder}/blns/blns.json`

const own = [
  naughty,
  '<svg/onload=alert(1)>',
  '"><script>alert(1)</script>',
  "'-alert(1)-'",
  'javascript:alert(1)',
  '<a href="javascript:alert(1)">here</a>',
  '<style>*{display:none}</style>',
  '</title><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '&lt;b&gt; &amp; &#60;',
  '\u202egnol thgir ot tfel',
  'Z\u0351\u036b\u0343\u036aa\u0303lgo',
  '表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀',
  '🏳️‍🌈 👨‍👩‍👧 \u200b\u00a0',
  '__proto__',
  '%s %n %00 %0a',
  "Robert'); DROP TABLE account;--",
]

/** What names may be made of to break pages; the corpus where it is present, ours everywhere. */
export function strings(): readonly string[] {
  if (!existsSync(path)) {
    console.error(`blns.json is not in ${folder}: our own strings are tried alone.`)
    return own
  }
  return [...own, ...(JSON.parse(readFileSync(path, 'utf8')) as string[])]
}

/** As many as go into a name, together: what one opens, none of the others may close. */
export function namesOf(texts: readonly string[]): readonly string[] {
  const together: string[] = []
  for (const text of texts) {
    const last = together.at(-1)
    const joined = `${last} ${text}`
    if (last === undefined || joined.length > longestName) together.push(text)
    else together[together.length - 1] = joined
  }
  return together
}

const longestName = 200

/** Those that a browser could take for something else than text. */
export const isMarkup = (text: string) => /[<>&"'{]|javascript:/i.test(text)
