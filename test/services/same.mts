/** Whether two values have the same JSON. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The members of an object in the order of their names, to be compared. */
export const sorted = (object: Record<string, unknown>) => Object.entries(object).sort(([a], [b]) => a.localeCompare(b));
