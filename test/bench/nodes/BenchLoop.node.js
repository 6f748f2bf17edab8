/**
 * The limit that no node can pass: prepared requests, sent through n8n's HTTP helper by as many loops as are allowed at once, with the credential
 * loaded once. No parameters, no checks, no order, no account of what happened. Only for the benchmark.
 */
class BenchLoop {
	constructor() {
		this.description = {
			displayName: 'Bench Loop',
			name: 'benchLoop',
			group: ['transform'],
			version: 1,
			description: 'Sends prepared requests',
			defaults: { name: 'Bench Loop' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'userHubApi', required: true }],
			properties: [
				{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
				{ displayName: 'Concurrency', name: 'concurrency', type: 'number', default: 20 },
			],
		};
	}

	async execute() {
		const baseUrl = this.getNodeParameter('baseUrl', 0);
		const concurrency = this.getNodeParameter('concurrency', 0);
		const type = 'userHubApi';
		const credentialsDecrypted = { id: '1', name: type, type, data: await this.getCredentials(type) };
		const requests = this.getInputData().map(({ json }) => ({
			method: 'PATCH',
			url: `${baseUrl}/user/v1/billingAccount`,
			qs: { organizationId: json.account },
			body: { displayName: json.displayName, email: json.email },
			json: true,
		}));
		const answers = new Array(requests.length);
		let next = 0;
		const loop = async () => {
			while (next < requests.length) {
				const index = next++;
				const json = await this.helpers.httpRequestWithAuthentication.call(this, type, requests[index], { credentialsDecrypted });
				answers[index] = { json, pairedItem: { item: index } };
			}
		};
		await Promise.all(Array.from({ length: concurrency }, loop));
		return [answers];
	}
}

module.exports = { BenchLoop };
