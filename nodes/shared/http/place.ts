import type { ApiRequest } from '../service';
import type { Reply } from './limiter';

/** A place on the way to the service. It must be given back, once. */
export interface Place {
	/** Gives it back with how the request went, and what it was. */
	reply(reply: Reply, method: ApiRequest['method']): void;
	/** Gives it back: the service asks to wait longer than anybody will. */
	toldToWaitLong(reply: Reply, method: ApiRequest['method']): void;
	/** Gives it back unused. */
	free(): void;
}

/** The place of a request that need not wait, because it will not be sent. */
export const NO_PLACE: Place = { reply: () => {}, toldToWaitLong: () => {}, free: () => {} };
