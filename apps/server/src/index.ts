/**
 * The server: reads the environment, puts the floors together, listens. Everything that is HTTP stands here and nowhere
 * below. Started by `main.ts`; the exports are for whoever starts it inside another program.
 */
export { type Configuration, readConfiguration } from './configuration.ts'
export { STATUS_OF_CODE } from './http/problem.ts'
export { createLogger } from './log.ts'
export { type RunningServer, startServer, VERSION } from './start-server.ts'
