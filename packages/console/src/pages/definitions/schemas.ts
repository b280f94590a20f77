import { definitionSchemas } from '@sallyport/contract'

/** What the forms are made from. The bundler puts the value in place of this module: no schema library is loaded (decision 25). */
export const schemas = definitionSchemas()
