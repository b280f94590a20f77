import type { AccountForm } from '@sallyport/contract'

/** Without what was left empty; undefined where nothing is left. */
export function filled(values: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const given = Object.entries(values).filter(([, value]) => value !== '')
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/** Members of an account that have a field of their own. */
export function pathsOf({
  parameters,
  secret,
  tokens,
}: Pick<AccountForm, 'parameters' | 'secret' | 'tokens'>): string[] {
  return [
    ...['/integration', '/environment', '/name'],
    ...parameters.map(({ name }) => `/parameters/${name}`),
    ...[...secret, ...tokens].map(({ name }) => `/secret/${name}`),
  ]
}
