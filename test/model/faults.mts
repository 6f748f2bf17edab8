import fc from 'fast-check';

import { services } from '../services/index.mts';
import type { NodeName } from '../services/index.mts';
import type { Answer } from '../support/service.mts';

/** What one request meets. */
export interface Step {
	/** The answer; `record` is the good one. */
	answer: string;
	/** How much of an update is carried out. `some` leaves out every other leaf. */
	effect: 'all' | 'some' | 'none';
	/** Milliseconds until the answer. */
	ms: number;
}

/** What an answer means to whoever gets it. */
export type Meaning =
	/** The record. */
	| 'good'
	/** Surely not carried out, and it may pass. */
	| 'passing'
	/** It may have been carried out. */
	| 'ambiguous'
	/** Surely not carried out, and it does not pass. */
	| 'refusal'
	/** The credential is refused. */
	| 'unauthorized';

/** A kind of answer. */
export interface Kind {
	meaning: Meaning;
	/** What is sent; the record where it is absent. */
	send?: Answer;
}

const status = (code: number, headers: Record<string, string> = {}, body: unknown = { message: 'No' }): Answer => ({
	status: code,
	headers,
	body,
});

/** What a request to any service can meet, by name. */
const commonKinds: Record<string, Kind> = {
	record: { meaning: 'good' },
	tooMany: { meaning: 'passing', send: status(429) },
	tooManyAsksToWait: { meaning: 'passing', send: status(429, { 'retry-after': '1' }) },
	unavailable: { meaning: 'ambiguous', send: status(503) },
	unreachable: { meaning: 'passing', send: { fault: 'ECONNREFUSED' } },
	internal: { meaning: 'ambiguous', send: status(500) },
	badGateway: { meaning: 'ambiguous', send: status(502, {}, '<html>Bad gateway</html>') },
	gatewayTimeout: { meaning: 'ambiguous', send: status(504) },
	reset: { meaning: 'ambiguous', send: { fault: 'ECONNRESET' } },
	timeout: { meaning: 'ambiguous', send: { fault: 'ETIMEDOUT' } },
	// It is carried out, or not, but the answer comes long after the node's Timeout.
	silence: { meaning: 'ambiguous' },
	html: { meaning: 'ambiguous', send: { body: '<html>Welcome</html>' } },
	empty: { meaning: 'ambiguous', send: { body: '' } },
	list: { meaning: 'ambiguous', send: { body: '[]' } },
	acknowledgement: { meaning: 'ambiguous', send: { body: { status: 'ok' } } },
	invalid: { meaning: 'refusal', send: status(400) },
	forbidden: { meaning: 'refusal', send: status(403) },
	notFound: { meaning: 'refusal', send: status(404) },
	redirect: { meaning: 'ambiguous', send: status(302, { location: 'https://elsewhere.example.com/' }) },
	longWait: { meaning: 'refusal', send: status(429, { 'retry-after': '600' }) },
	unauthorized: { meaning: 'unauthorized', send: status(401) },
};

/** Everything that a request to a service can meet, by name. */
export const kindsOf = (name: NodeName): Record<string, Kind> => ({ ...commonKinds, ...services[name].model.answers });

/** Whether an answer says that the update was accepted, but not what the record is. */
export const isBareAcceptance = (answer: string) => ['acknowledgement', 'empty', 'html', 'list'].includes(answer);

/** Whether an answer says that the service is busy: that costs no retry. */
export const isBusy = (name: NodeName, answer: string) => kindsOf(name)[answer].send?.status === 429;

/** Whether the node knows that the service never got the request. */
export const isUnreachable = (answer: string) => answer === 'unreachable';

const ms = fc.constantFrom(1, 2, 3, 5, 8, 13, 100, 2000);

function answersOf(name: NodeName, ...meanings: Meaning[]): string[] {
	return Object.entries(kindsOf(name))
		.filter(([, { meaning }]) => meanings.includes(meaning))
		.map(([kind]) => kind);
}

const stepOf = (answers: string[], ...effects: Array<Step['effect']>): fc.Arbitrary<Step> =>
	fc.record({ answer: fc.constantFrom(...answers), effect: fc.constantFrom(...effects), ms });

const good = stepOf(['record'], 'all');

/** What the updates of an account meet, one after another; a good answer when the list is used up. */
export const updateSteps = (name: NodeName): fc.Arbitrary<Step[]> =>
	fc.array(
		fc.oneof(
			{ weight: 6, arbitrary: good },
			{ weight: 5, arbitrary: stepOf(answersOf(name, 'passing'), 'none') },
			{ weight: 5, arbitrary: stepOf(answersOf(name, 'ambiguous'), 'all', 'none', 'some') },
			{ weight: 3, arbitrary: stepOf(['record'], 'some', 'none') },
			{ weight: 2, arbitrary: stepOf(answersOf(name, 'refusal'), 'none') },
			{ weight: 1, arbitrary: fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: stepOf(['unauthorized'], 'none') }) },
		),
		{ maxLength: 8, size: 'max' },
	);

/** The same for reads. */
export const readSteps = (name: NodeName): fc.Arbitrary<Step[]> =>
	fc.array(
		fc.oneof(
			{ weight: 16, arbitrary: good },
			{
				weight: 4,
				arbitrary: stepOf(
					answersOf(name, 'passing', 'ambiguous').filter((answer) => answer !== 'acknowledgement'),
					'none',
				),
			},
			{ weight: 1, arbitrary: stepOf(answersOf(name, 'refusal'), 'none') },
		),
		{ maxLength: 8, size: 'max' },
	);
