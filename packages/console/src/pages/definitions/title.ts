import type { FormSchema } from '@sallyport/contract'

/** Words that are written otherwise than they stand in names. */
const written: Readonly<Record<string, string>> = {
  api: 'API',
  csrf: 'CSRF',
  id: 'ID',
  iso: 'ISO',
  jwt: 'JWT',
  tls: 'TLS',
  uri: 'URI',
  url: 'URL',
}

/** What people read over a field: its title, or its name in words. */
export function titleOf(name: string, { title }: FormSchema): string {
  if (title !== undefined) return title
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]/)
    .map((word) => written[word] ?? word)
    .join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A description as a sentence. */
export function sentenceOf({ description }: FormSchema): string | undefined {
  if (description === undefined) return undefined
  const text = description.charAt(0).toUpperCase() + description.slice(1)
  return /[.…?]$/.test(text) ? text : `${text}.`
}
