import { defineConfig } from 'vite'

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
  oxc: { jsx: { runtime: 'automatic' } },
})
