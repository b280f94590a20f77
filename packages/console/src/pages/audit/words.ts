import type { AuditReply } from '@sallyport/contract'

/** `integration.updated` as words. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const unnamed: Readonly<Record<AuditReply['actor']['kind'], string>> = {
  key: 'An API key',
  person: 'Somebody',
  operator: 'The operator',
  system: 'Sallyport itself',
  connect_link: 'A connect link',
}

/** Who did it, as they are called now; by their id, where they are gone. */
export function actorWords({ kind, id, name }: AuditReply['actor']): string {
  return name ?? id ?? unnamed[kind]
}

/** What an entry is called. */
export function titleOf({ action, target }: AuditReply): string {
  return `${actionWords(action)}: ${target.name ?? target.id}`
}
