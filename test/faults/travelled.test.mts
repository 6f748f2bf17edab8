import { type NodeName } from '../services/index.mts';
import { travelled } from './travelled.mts';

test.each<[NodeName, Record<string, string>, Record<string, string>, string[]]>([
	['aodocs', { authorization: 'securityCode code-1' }, {}, ['code-1']],
	['aodocs', {}, { securityCode: 'code & 1', fields: 'all' }, ['code & 1']],
	['cudoCompute', { authorization: 'Bearer key-1', accept: 'application/json' }, {}, ['key-1']],
	['userHub', { authorization: 'Bearer token-1', 'userhub-api-key': 'pk_1' }, {}, ['token-1', 'pk_1']],
])('%s, headers %j and parameters %j: the secrets %j are seen', (service, headers, query, secrets) => {
	expect(travelled({ service, headers, query })).toEqual(secrets);
});
