export function imageLine(n: number): string;
