import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { LogEntry } from './entry.ts'

/** The log on disk. Extension pages read it themselves; only the background writes. */
export interface LogDatabase extends DBSchema {
  events: {
    key: number
    value: LogEntry
    indexes: {
      id: string
      site: [string, number]
      state: [string, number]
      weight: [string, string, number]
    }
  }
}

let database: Promise<IDBPDatabase<LogDatabase>> | undefined

function forget(): void {
  database = undefined
}

/** Opens the log, once; anew after the browser has failed to, or has closed it. */
export function openLog(): Promise<IDBPDatabase<LogDatabase>> {
  database ??= openDB<LogDatabase>('webwatch', 1, {
    upgrade(db) {
      const events = db.createObjectStore('events', { keyPath: 'order', autoIncrement: true })
      events.createIndex('id', 'id', { unique: true })
      events.createIndex('site', ['site', 'order'])
      events.createIndex('state', ['state', 'order'])
      events.createIndex('weight', ['state', 'weight', 'order'])
    },
    terminated: forget,
  }).catch((error) => {
    forget()
    throw error
  })
  return database
}
