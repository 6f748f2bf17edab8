import type { BodyFault, StatusFault } from './faults.mts';
import type { Answer, StandIn } from './standIn.mts';
import { render } from './wire.mts';

/** The answer that a fault of the kind `status` asks for. */
export function statusAnswer<Options extends object>(standIn: StandIn<Options>, fault: StatusFault): Answer {
	const { seconds, as = 'seconds' } = fault.retryAfter ?? {};
	const headers: Record<string, string> = {};
	if (seconds !== undefined && as === 'seconds') headers['retry-after'] = String(seconds);
	if (seconds !== undefined && as === 'date') {
		headers['retry-after'] = new Date(Date.now() + seconds * 1000).toUTCString();
	}
	if (typeof fault.body === 'string') {
		const type = 'text/plain; charset=utf-8';
		return { status: fault.status, headers: { 'content-type': type, ...headers, ...fault.headers }, text: fault.body };
	}
	if (fault.body !== undefined) return { status: fault.status, headers: { ...headers, ...fault.headers }, body: fault.body };
	const error = standIn.error(fault.status, as === 'body' ? { retryDelay: seconds } : {});
	return { ...error, headers: { ...error.headers, ...headers, ...fault.headers } };
}

/** An answer with the body that a fault of the kind `body` asks for. */
export function replaceBody(answer: Answer, { body, repeat = 1, cutTo, contentType }: BodyFault): Answer {
	const original = render(answer);
	return {
		status: answer.status,
		headers: { ...original.headers, ...(contentType !== undefined && { 'content-type': contentType }) },
		text: (body === undefined ? original.text : body.repeat(repeat)).slice(0, cutTo),
	};
}
