import type { IDataObject } from 'n8n-workflow';

import type { ServiceFixture } from './fixture.mts';

/** The part of an update's body that holds the record. */
export const recordOf = ({ update: { recordIn } }: ServiceFixture, body: unknown): unknown =>
	recordIn === undefined ? body : (body as IDataObject | undefined)?.[recordIn];
