import type { Failure } from '../service';

/** The failure of what was under way when somebody stopped the execution, or its time was up. */
export const STOPPED: Failure = { summary: 'The execution was stopped' };
