/** A resource locator set to an ID, or to an expression for one. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });
