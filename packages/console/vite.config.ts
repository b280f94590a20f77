import { definitionSchemas } from '@sallyport/contract'
import { defineConfig, type Plugin } from 'vite'

/** The forms' schemas are made at build, from the contract: browsers get their JSON, and nothing of what makes it. */
const schemasOfForms: Plugin = {
  name: 'schemas-of-forms',
  load(id) {
    if (!id.endsWith('/pages/definitions/schemas.ts')) return undefined
    return `export const schemas = ${JSON.stringify(definitionSchemas())}`
  },
}

export default defineConfig({
  // The server says where the console is; what it loads lies relative to itself.
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    // What is inlined would need data: in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [schemasOfForms],
  oxc: { jsx: { runtime: 'automatic' } },
})
