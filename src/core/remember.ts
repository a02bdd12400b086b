/** A function of a text that remembers its answers: a log has the same few names a million times. */
export function remember<V>(make: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined && !known.has(text)) {
      // A bound for logs that name something new in every record.
      if (known.size >= MOST_KNOWN) known.clear();
      value = make(text);
      known.set(text, value);
    }
    return value as V;
  };
}

const MOST_KNOWN = 5000;
