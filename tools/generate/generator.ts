/** A file that follows from the sources: its path from the root of the repository, and all of its text. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

/** Makes some of the generated files; the same sources give the same bytes. */
export type Generator = () => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>
