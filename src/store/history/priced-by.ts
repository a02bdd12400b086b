/** The price books that counted calls were priced by: those of each log, once a call of it counts. */
export class PricedBy {
  private readonly booksOf = new Map<string, Set<string>>();
  private lastFile: string | undefined;
  private readonly versions: Set<string>;

  /** Adds the versions of the books to `versions`. */
  constructor(versions: Set<string>) {
    this.versions = versions;
  }

  /** Takes a book of a log, before the calls that it prices. */
  book(file: string, version: string): void {
    const books = this.booksOf.get(file);
    if (books) books.add(version);
    else this.booksOf.set(file, new Set([version]));
    if (file === this.lastFile) this.lastFile = undefined;
  }

  /** Takes the log of a call that counts. */
  counts(file: string | undefined): void {
    if (file === this.lastFile || file === undefined) return;
    this.lastFile = file;
    for (const version of this.booksOf.get(file) ?? []) this.versions.add(version);
  }
}
