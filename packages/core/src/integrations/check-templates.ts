import { type Fault, reservedWords, schemes } from '@sallyport/contract'
import type { TemplateField } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { parseUrlTemplate, placeholdersIn } from '../template/url-template.ts'
import type { Fields } from './fields.ts'

/** Fields whose text nobody repeats, not even a word of it. */
const secretPaths: ReadonlySet<string> = new Set(
  Object.values(schemes).flatMap(({ definitionSecrets }) => [...definitionSecrets]),
)

/** Unknown placeholders, and literal text that its place cannot hold. */
export function templateFaults(fields: Fields): Fault[] {
  const names = new Set(declaredNames(fields.raw.parameters))
  return fields.templates.flatMap((field) => [
    ...placeholders(parseTemplate(field.text)).flatMap((name) =>
      placeholderFaults(field, name, (bare) => names.has(bare) || couldBeParameter(bare, fields)),
    ),
    ...literalFaults(field),
    ...shownFaults(field, fields),
  ])
}

/** Whoever may start an authorization could read a secret parameter there. */
function shownFaults(field: TemplateField, { parameters }: Fields): Fault[] {
  if (!field.shown) return []
  const names = placeholders(parseTemplate(field.text)).map((name) => name.replace(/^parameters\./, ''))
  return parameters
    .filter(({ parameter }) => parameter.secret && names.includes(parameter.name))
    .map(({ parameter: { name } }) => ({
      path: field.path,
      code: 'secret_shown',
      message: `{${name}} is secret, and browsers see what stands here. Use another parameter, or make it not secret.`,
    }))
}

/** Also of parameters with other faults: one that is declared badly is not an unknown one. */
function declaredNames(parameters: unknown): string[] {
  if (!Array.isArray(parameters)) return []
  return parameters.flatMap((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string'
      ? [entry.name]
      : [],
  )
}

/** Of a client that stands alone, nobody knows which parameters its integrations will have. */
function couldBeParameter(name: string, { namesUnknown = false }: Fields): boolean {
  return namesUnknown && !name.includes('.')
}

function placeholderFaults(
  field: TemplateField,
  name: string,
  isParameter: (bare: string) => boolean,
): Fault[] {
  const [first = ''] = name.split('.', 1)
  const isSecret = secretPaths.has(field.path)
  const [shown, literally] = isSecret
    ? ['What stands in braces', 'each brace twice']
    : [`{${name}}`, `{{${name}}}`]
  if (field.filled?.includes(name)) return []
  if (field.perCall && /^profile\.[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return settingFaults(field, name)
  if ((reservedWords as readonly string[]).includes(first)) {
    return [
      {
        path: field.path,
        code: 'placeholder_not_available',
        message: `${shown} has no value in this place. Use a parameter, or write ${literally} for the text itself.`,
      },
    ]
  }
  if (isParameter(name.replace(/^parameters\./, ''))) return []
  return [
    {
      path: field.path,
      code: 'unknown_placeholder',
      message: `${shown} names no parameter. Add a parameter of that name, or write ${literally} for the text itself.`,
    },
  ]
}

/** A setting is not the account's: whoever keeps it must not say where the account's credential goes. */
function settingFaults({ path, slot, text }: TemplateField, name: string): Fault[] {
  const parsed = slot === 'url' ? parseUrlTemplate(text) : undefined
  if (!parsed || 'fault' in parsed) return []
  const isOrigin = (['host', 'origin'] as const).some((place) =>
    placeholdersIn(parsed.ok, place).includes(name),
  )
  if (!isOrigin) return []
  const message = `{${name}} is a setting of a profile, which never decides on the host. Use a parameter of the account there.`
  return [{ path, code: 'placeholder_not_available', message }]
}

function literalFaults(field: TemplateField): Fault[] {
  if (field.slot === 'header' && !/^[\t\x20-\x7e]*$/.test(field.text)) {
    return [
      {
        path: field.path,
        code: 'header_value',
        message:
          'A header takes visible ASCII characters, spaces and tabs; no line breaks. Remove the others.',
      },
    ]
  }
  if (field.slot === 'path' && !/^[\x21\x22\x24-\x5b\x5d-\x7e]*$/.test(field.text)) {
    return [
      {
        path: field.path,
        code: 'path',
        message: 'A path takes visible ASCII without # and \\. Encode the rest.',
      },
    ]
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(field.text)) {
    return [
      {
        path: field.path,
        code: 'control_character',
        message: 'Control characters cannot stand here. Remove them.',
      },
    ]
  }
  return []
}
