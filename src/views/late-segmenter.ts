const { Segmenter } = Intl;

/**
 * Stands in for `Intl.Segmenter` in the bundle: making one takes 10 ms, which only text beyond ASCII needs.
 */
export class LateSegmenter {
  private readonly options: ConstructorParameters<typeof Segmenter>;
  private made: Intl.Segmenter | undefined;

  constructor(...options: ConstructorParameters<typeof Segmenter>) {
    this.options = options;
  }

  segment(text: string): Intl.Segments {
    this.made ??= new Segmenter(...this.options);
    return this.made.segment(text);
  }
}
