import { isRecord } from '../shared/fields/record';
import { nameFields } from '../shared/parameters/readUpdate';
import type { Response, Service, ServiceFault } from '../shared/service';
import { updateFields } from './description';

/** The domain of the credential has one billing status, so every item addresses the same record. */
const PATH = '/domain/v1beta1/billingStatus';

/** `{ error: { code, message, errors: [{ reason, message }] } }` */
function faultOf({ json }: Response): ServiceFault {
	const error = isRecord(json) && isRecord(json.error) ? json.error : {};
	const [first] = Array.isArray(error.errors) ? error.errors.filter(isRecord) : [];
	const fault: ServiceFault = {};
	if (typeof error.message === 'string') fault.message = error.message;
	if (typeof first?.reason === 'string') fault.code = first.reason;
	return fault;
}

export const aodocs: Service = {
	name: 'AODocs',
	fields: nameFields(
		[
			{ path: 'kind', type: 'text' },
			{ path: 'maxSeats', type: 'int32', minimum: 0 },
			{ path: 'portalUrl', type: 'url' },
			{ path: 'type', type: 'text' },
		],
		updateFields,
	),
	recordKeys: ['kind', 'maxSeats', 'portalUrl', 'type'],
	// Blank and null have no documented effect, so nothing is offered to be erased.
	clearable: [],
	guarded: [{ path: 'maxSeats', zeroIsUnlimited: true }],
	credentialType: (authentication) => (authentication === 'oAuth2' ? 'aodocsOAuth2Api' : 'aodocsSecurityCodeApi'),
	secretsOf({ securityCode, clientSecret, oauthTokenData }) {
		const tokens = isRecord(oauthTokenData) ? oauthTokenData : {};
		return [securityCode, clientSecret, tokens.access_token, tokens.refresh_token, tokens.id_token];
	},
	renewal: (credential) => ('securityCode' in credential ? 'none' : 'renewable'),
	target: () => ({ key: 'domain', label: 'the domain of the credential', selector: {} }),
	read: () => ({ method: 'GET', path: PATH }),
	needsRecord: () => false,
	update: (_target, _changes, body) => ({ method: 'PATCH', path: PATH, body }),
	simplify: ({ maxSeats, portalUrl, type }) => ({ maxSeats, portalUrl, type }),
	faultOf,
	// Of the refusals only 409 is worth trying again, says AODocs; the header marks those that pass by themselves.
	isPassing: ({ status, headers }) => status === 409 || headers['x-aodocs-retryable']?.toLowerCase() === 'true',
};
