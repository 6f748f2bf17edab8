import type { IDataObject } from 'n8n-workflow';

import { textOf } from '../fields/record';
import type { Connection } from '../http/connection';

/** As a person knows an account: its name in the record; where an API gives accounts no name, that of the credential. */
export function accountNameOf({ run, credential }: Connection, record: IDataObject | undefined): string | undefined {
	const { nameOf } = run.service.account;
	if (!nameOf) return credential.decrypted.name;
	const name = record && textOf(nameOf(record));
	return name === '' ? undefined : name;
}
