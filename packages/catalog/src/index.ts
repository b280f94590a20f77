export { Catalogue } from './catalogue.ts'
export { readUnusable, type UnusableProvider } from './unusable.ts'
