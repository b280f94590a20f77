import type { ConnectLook } from '@sallyport/core'
import { escapeHtml } from './layout.ts'
import { languages, type Messages, messagesIn } from './messages.ts'

/**
 * What the page is sent with. Nothing of it is in the page itself, and no other page is told of its address. A page that
 * opened it as a pop-up keeps its hold of it, or could be told nothing.
 */
export const connectHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'Accept-Language',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
} as const

/** Where the page is, and in which language. */
export interface ConnectPlace {
  /** Path of our pages, without a slash at its end. */
  readonly base: string
  readonly messages: Messages
}

interface ConnectPageContent extends ConnectPlace {
  readonly look: ConnectLook | undefined
  /** Of the window, as text. */
  readonly title: string
  /** The same, and what stands below, as markup. */
  readonly heading: string
  readonly markup: string
  readonly hasScript?: boolean
}

/** The page's HTML, around markup of ours. */
export function connectPage(content: ConnectPageContent): string {
  const { base, messages, look, title, heading, markup, hasScript = false } = content
  const path = `${base}/connect`
  const accent = look?.accent?.slice(1).toLowerCase()
  const whose = look?.title ?? 'Sallyport'
  return `<!doctype html>
<html lang="${messages.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(whose)}</title>
<link rel="stylesheet" href="${path}/connect.css">
${accent === undefined ? '' : `<link rel="stylesheet" href="${path}/accent/${accent}.css">`}
</head>
<body>
<main>
<div class="head">
${look === undefined ? '' : monogram(look.integration)}
<div><p class="title"><bdi>${escapeHtml(whose)}</bdi></p>
<h1>${heading}</h1></div>
</div>
${markup}
</main>
<footer><nav aria-label="${escapeHtml(messages.text('languages'))}"><ul>
${languages.map((language) => languageLink(language, messages)).join('\n')}
</ul></nav></footer>
${hasScript ? `<script src="${path}/connect.js"></script>` : ''}
</body>
</html>
`
}

function languageLink(language: (typeof languages)[number], messages: Messages): string {
  const name = escapeHtml(messagesIn(language).text('language'))
  return language === messages.language
    ? `<li><span aria-current="true">${name}</span></li>`
    : `<li><a href="?lang=${language}" lang="${language}" hreflang="${language}">${name}</a></li>`
}

// Dark enough for white letters.
const colours = ['#2257bf', '#7a3fb0', '#0b6e6e', '#a3370f', '#8c1d5a', '#3c6e1f', '#5b4a9e', '#8a5a00']

/** A sign for what has no logo: its first letter, on a colour that is always the same. */
function monogram({ key, name }: ConnectLook['integration']): string {
  const sum = [...key.toLowerCase()].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
  const [first] = new Intl.Segmenter().segment(name.trim())
  const letter = escapeHtml((first?.segment ?? '').toLocaleUpperCase().slice(0, 8))
  return `<svg viewBox="0 0 48 48" aria-hidden="true"><rect width="48" height="48" rx="10" fill="${colours[sum % colours.length]}"/><text x="24" y="33" text-anchor="middle" font-size="25" font-weight="600" font-family="system-ui, sans-serif" fill="#fff">${letter}</text></svg>`
}
