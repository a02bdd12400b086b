export function uniformLine(n: number): string;
