import type { Fault } from '@sallyport/contract'
import { pointer } from '@sallyport/contract'
import type { AskedField, GivenValues } from '@sallyport/core'
import { escapeHtml } from './layout.ts'
import type { Messages } from './messages.ts'

const longestValue = 12_000

/** What a field is called in a form. */
export function fieldName({ of, name }: Pick<AskedField, 'of' | 'name'>): string {
  return `${of}.${name}`
}

/** Fields with what was filled in before, but for secrets, and what is wrong with each beside it. */
export function askedFieldsMarkup(
  messages: Messages,
  asked: readonly AskedField[],
  { faults, given }: { readonly faults: readonly Fault[]; readonly given: GivenValues },
): string {
  const places = faultPlaces(asked, faults)
  return asked
    .map((field) =>
      fieldMarkup(messages, field, { fault: places.get(field), value: given[field.of][field.name] }),
    )
    .join('\n')
}

/** Faults that are no field's. */
export function otherFaults(asked: readonly AskedField[], faults: readonly Fault[]): readonly Fault[] {
  const placed = new Set(faultPlaces(asked, faults).values())
  return faults.filter((fault) => !placed.has(fault))
}

/** The first fault of each field. One of the secret as a whole stands at its first field. */
function faultPlaces(asked: readonly AskedField[], faults: readonly Fault[]): Map<AskedField, Fault> {
  const places = new Map<AskedField, Fault>()
  for (const fault of faults) {
    const field = asked.find(
      ({ of, name }) => fault.path === pointer([of, name]) || (of === 'secret' && fault.path === '/secret'),
    )
    if (field && !places.has(field)) places.set(field, fault)
  }
  return places
}

interface Shown {
  readonly fault: Fault | undefined
  readonly value: string | undefined
}

function fieldMarkup(messages: Messages, field: AskedField, { fault, value }: Shown): string {
  if (field.of === 'secret' && field.choices) return acceptance(messages, field)
  const { label = messages.text(`secret.${field.name}`), help, isRequired } = field
  const name = fieldName(field)
  const described = [...(help === undefined ? [] : [`${name}-hint`]), ...(fault ? [`${name}-fault`] : [])]
  const attributes = [
    `id="${name}" name="${name}"`,
    ...(isRequired ? ['required'] : []),
    ...(fault ? ['aria-invalid="true"'] : []),
    ...(described.length > 0 ? [`aria-describedby="${described.join(' ')}"`] : []),
  ].join(' ')
  const optional = isRequired ? '' : ` <small>(${escapeHtml(messages.text('form.optional'))})</small>`
  return `<label for="${name}"><bdi>${escapeHtml(label)}</bdi>${optional}</label>
${control(messages, field, attributes, value)}
${help === undefined ? '' : `<p class="hint" id="${name}-hint"><bdi>${escapeHtml(help)}</bdi></p>`}
${fault ? `<p class="fault" id="${name}-fault">${escapeHtml(faultText(messages, fault))}</p>` : ''}`
}

function control(
  messages: Messages,
  field: AskedField,
  attributes: string,
  given: string | undefined,
): string {
  const value = field.isSecret ? undefined : (given ?? field.value)
  if (field.choices) {
    const options = field.choices.map((choice) => {
      const isChosen = choice === value ? ' selected' : ''
      return `<option value="${escapeHtml(choice)}"${isChosen}>${escapeHtml(choice)}</option>`
    })
    const none = `<option value="">${escapeHtml(messages.text('form.choose'))}</option>`
    return `<select ${attributes}>${none}${options.join('')}</select>`
  }
  const plain = `${attributes} autocapitalize="none" spellcheck="false" maxlength="${longestValue}"`
  if (field.isLong) return `<textarea ${plain} autocomplete="off"></textarea>`
  const type = field.isSecret ? 'password' : 'text'
  const shown = value === undefined ? '' : ` value="${escapeHtml(value)}"`
  return `<input type="${type}" ${plain} autocomplete="off"${shown}>`
}

/** What a server showed, to be trusted. */
function acceptance(messages: Messages, field: AskedField): string {
  const name = fieldName(field)
  const key = field.value ?? ''
  return `<p class="check"><input type="checkbox" id="${name}" name="${name}" value="${escapeHtml(key)}">
<label for="${name}">${messages.html('secret.hostKey', { key })}</label></p>`
}

function faultText(messages: Messages, { code }: Fault): string {
  return messages.text(messages.has(`fault.${code}`) ? `fault.${code}` : 'fault.other')
}
