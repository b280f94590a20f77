export { type AppOptions, createApp } from './app.ts'
export { compose, type Outside, type Sallyport } from './compose.ts'
export { type Config, readConfig } from './config.ts'
export { StartRefused } from './start-refused.ts'
