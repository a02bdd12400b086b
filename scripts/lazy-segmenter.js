// ICU needs more than 10 ms for the first Intl.Segmenter of a process, and string-width makes one when it loads.
// The build puts this class in its place; most texts are plain and never ask for it.
export class LazySegmenter {
  constructor(...options) {
    this.options = options;
  }

  segment(text) {
    this.segmenter ??= new (Reflect.get(Intl, 'Segmenter'))(...this.options);
    return this.segmenter.segment(text);
  }
}
