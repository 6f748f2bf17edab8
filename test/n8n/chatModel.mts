/**
 * Stands in for a chat model behind OpenAI's HTTP interface, on loopback. It does not think: it calls the tool that it was told to, or the only one, with the
 * arguments that it was told to use, and ends the conversation when it has the tool's answer.
 * Written after https://platform.openai.com/docs/api-reference/chat/create
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of the conversation, as n8n sends it. */
interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
}

/** A tool that the model is offered: its name, and a JSON schema of its arguments. */
interface OfferedTool {
	name: string;
	description: string;
	parameters: { properties: Record<string, { type?: string; description?: string }>; required?: string[] };
}

export interface ChatModel {
	/** The base URL for n8n's OpenAI credential. */
	url: string;
	/**
	 * What the next conversation's call of a tool carries.
	 * @param tool its name, as the model is offered it; the first that is offered unless given
	 */
	callWith(parameters: Record<string, unknown>, tool?: string): void;
	/** What the tool answered to the last call, as the model was told; undefined when it was told nothing. */
	readonly toolAnswer: string | undefined;
	/** The tools that the model was offered last. */
	readonly offered: OfferedTool[];
	stop(): Promise<void>;
}

interface CompletionRequest {
	model: string;
	messages: ChatMessage[];
	tools?: Array<{ function: OfferedTool }>;
	stream?: boolean;
}

async function readJson(request: IncomingMessage): Promise<CompletionRequest> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return JSON.parse(text) as CompletionRequest;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}

/** Sends a whole completion: at once, or as the two events of a stream that consists of one part. */
function sendCompletion(response: ServerResponse, model: string, message: object, reason: string, asStream: boolean): void {
	const completion = { id: 'chatcmpl-1', created: Math.floor(Date.now() / 1000), model };
	const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
	if (!asStream) {
		const choices = [{ index: 0, message, finish_reason: reason }];
		sendJson(response, 200, { ...completion, object: 'chat.completion', choices, usage });
		return;
	}
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	const send = (event: object) =>
		response.write(`data: ${JSON.stringify({ ...completion, object: 'chat.completion.chunk', ...event })}\n\n`);
	send({ choices: [{ index: 0, delta: message, finish_reason: null }] });
	send({ choices: [{ index: 0, delta: {}, finish_reason: reason }], usage });
	response.end('data: [DONE]\n\n');
}

export async function startChatModel(): Promise<ChatModel> {
	let parameters: Record<string, unknown> = {};
	let tool: string | undefined;
	let toolAnswer: string | undefined;
	let offered: OfferedTool[] = [];

	const server = createServer((request, response) => {
		void (async () => {
			if (request.method === 'GET') return sendJson(response, 200, { object: 'list', data: [{ id: 'stand-in', object: 'model' }] });
			const { model, messages, tools = [], stream = false } = await readJson(request);
			offered = tools.map((tool) => tool.function);
			const last = messages[messages.length - 1];
			if (last.role === 'tool' || offered.length === 0) {
				toolAnswer = last.content ?? '';
				return sendCompletion(response, model, { role: 'assistant', content: 'Done.' }, 'stop', stream);
			}
			const name = tool ?? offered[0].name;
			// A tool that a person reviews takes what the tool takes one level deeper.
			const isReviewed = 'toolParameters' in (offered.find((each) => each.name === name)?.parameters.properties ?? {});
			const given = isReviewed ? { toolParameters: parameters, hitlParameters: {} } : parameters;
			const call = { name, arguments: JSON.stringify(given) };
			const toolCalls = [{ index: 0, id: 'call_1', type: 'function', function: call }];
			sendCompletion(response, model, { role: 'assistant', content: null, tool_calls: toolCalls }, 'tool_calls', stream);
		})().catch((error: Error) => sendJson(response, 400, { error: { message: error.message } }));
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});

	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		callWith: (next, nextTool) => {
			parameters = next;
			tool = nextTool;
			toolAnswer = undefined;
		},
		get toolAnswer() {
			return toolAnswer;
		},
		get offered() {
			return offered;
		},
		stop: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}
