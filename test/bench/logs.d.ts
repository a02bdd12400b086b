export function sequence(seed: number): () => number;
export function writeLean(file: string, lines: number): void;
export function writeFat(file: string, lines: number): void;
