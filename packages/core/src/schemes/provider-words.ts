const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A provider's words, safe to show: printable ASCII, no markup, of bounded length, and nothing that looks like
 * a token. What is told apart by UUID (traces, correlations) stays.
 */
export function plainWords(text: string, length: number): string {
  return plainText(text)
    .replace(/[\w+=-]{32,}/g, (run) => (/\d/.test(run) && !uuid.test(run) ? '[...]' : run))
    .slice(0, length)
    .trim()
}

/** The same without secrets that are known, in the forms in which servers repeat what they were sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secretRemover(secrets)(text)
}

/** The same for many texts: the forms are found once. */
export function secretRemover(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= 4).flatMap(formsOf))].sort(
    (one, other) => other.length - one.length,
  )
  return (text) =>
    forms.reduce((rest, form) => (form.length > rest.length ? rest : rest.replaceAll(form, '[secret]')), text)
}

function formsOf(secret: string): string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1)
  return [secret, encodeURIComponent(secret), inForm, JSON.stringify(secret).slice(1, -1), plainText(secret)]
}

function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]|[<>&"'`\\]/g, ' ')
}
