import { parseFaults } from './faults.mts';
import type { RunningStandIn } from './server.mts';
import type { Answer, JsonObject, Query } from './standIn.mts';

/** Where the controls are; no service has a path that begins like this. */
export const CONTROL_PATH = '/_sandbox/';

/**
 * Steers a stand-in over HTTP, for when it runs in another process. See README.md for the requests.
 *
 * @param path the whole path, with `/_sandbox/`
 * @param body the body as JSON
 */
export function handleControl<Options extends object>(
	standIn: RunningStandIn<Options>,
	method: string,
	path: string,
	query: Query,
	body: unknown,
): Answer {
	const id = String(query.id ?? '');
	const done: Answer = { status: 204 };
	try {
		switch (`${method} ${path.slice(CONTROL_PATH.length)}`) {
			case 'GET log': {
				const { entries, mostOpenConnections, mostRequestsAtOnce } = standIn.log;
				return { status: 200, body: { entries, mostOpenConnections, mostRequestsAtOnce } };
			}
			case 'DELETE log':
				standIn.log.clear();
				return done;
			case 'POST faults':
				for (const fault of parseFaults(body)) standIn.faults.add(fault);
				return done;
			case 'DELETE faults':
				standIn.faults.clear();
				return done;
			case 'GET records':
				return { status: 200, body: standIn.ids() };
			case 'GET record': {
				const record = standIn.record(id);
				return record ? { status: 200, body: record } : { status: 404, text: `There is no record ${id}\n` };
			}
			case 'PUT record':
				standIn.set(id, body as JsonObject);
				return done;
			case 'PATCH options':
				Object.assign(standIn.options, body);
				return done;
			case 'POST reset':
				standIn.reset();
				return done;
			default:
				return { status: 404, text: `The sandbox has no control ${method} ${path}\n` };
		}
	} catch (error) {
		return { status: 400, text: `${(error as Error).message}\n` };
	}
}
