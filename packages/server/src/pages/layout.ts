import { createHash } from 'node:crypto'
import { stylesheet } from './stylesheet.ts'

/** A page for a person: plain words, no script, nothing from elsewhere. */
export interface PageContent {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** What went wrong, in place of what was wanted. */
  readonly alert?: string | undefined
  /** Text that somebody else wrote, shown apart. */
  readonly quoted?: string | undefined
  /** Markup of ours, for a form. */
  readonly markup?: string | undefined
}

// In the page itself, so that it is readable also where a second request would fail as the first one did.
const styleHash = createHash('sha256').update(stylesheet).digest('base64')

/** What every page of ours is sent with. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'self'; form-action 'self'; ` +
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
} as const

/**
 * What pages are sent with that change something, or show what is a person's own: no page that opened them, or that they
 * open, has a hold of them. Browsers that send no `Sec-Fetch-Site` say in `Origin` whose page it was, unless they may not.
 */
export const ownPageHeaders = {
  ...pageHeaders,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
} as const

/** The page's HTML; every text is escaped. */
export function page({ title, paragraphs, alert, quoted, markup }: PageContent): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Sallyport</title>
<style>${stylesheet}</style>
<main>
<p class="product">Sallyport</p>
<h1>${escapeHtml(title)}</h1>
${alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`}
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${quoted === undefined ? '' : `<blockquote>${escapeHtml(quoted)}</blockquote>`}
${markup ?? ''}
</main>
</html>
`
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
