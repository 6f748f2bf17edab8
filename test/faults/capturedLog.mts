import { inspect } from 'node:util';
import { ExecuteContext } from 'n8n-core';

/** As much of the logger behind n8n's own as is needed here. */
interface InternalLogger {
	log(level: string, message: string, metadata: object): void;
	child(): InternalLogger;
}

/**
 * Puts itself in the place of the writer behind n8n's logger, whatever the log level.
 *
 * @returns the lines so far, with their metadata
 */
export function captureLog(): string[] {
	const lines: string[] = [];
	const writer: InternalLogger = {
		log: (level, message, metadata) => lines.push(`${level} ${message} ${inspect(metadata, { depth: Infinity })}`),
		child: () => writer,
	};
	// The getter hands out n8n's one logger, whatever the context.
	const logger = ExecuteContext.prototype.logger as unknown as { setInternalLogger(writer: InternalLogger): void };
	logger.setInternalLogger(writer);
	return lines;
}
