import type { Ending, Failure } from '../service';

/** The failure of what was under way when somebody stopped the execution, or its time was up. */
export const STOPPED: Failure = { summary: 'The execution was stopped' };

/** The run is over: another item failed and the node stops on errors, or the execution was stopped. */
export const RUN_OVER: Ending = { because: 'the run ended before', remedy: 'Run the item again once the cause is mended.' };

export const REFUSED: Ending = {
	because: 'the credential was refused before',
	remedy: 'Check the credential, then run the item again.',
};

export const LONG_WAIT: Ending = {
	because: 'the service asks to wait for more than a minute',
	remedy: 'Run the item again later.',
};

/** Nothing is accepted any more. */
export const NO_PROGRESS: Ending = {
	because: 'the service has refused every update, or every read, for two minutes',
	remedy: 'Run the item again later.',
};

/**
 * The failure of what was left undone because of something else. What is said first must hold: `Not sent` only of what never reached the service. Why
 * there is no token is told nowhere else, so it is each one's own failure.
 */
export function leftUndone(what: 'Not read' | 'Not sent' | 'Not sent again', ending: Ending | Failure): Failure {
	if ('summary' in ending) return ending;
	return { summary: `${what}, because ${ending.because}`, remedy: ending.remedy, ending };
}
