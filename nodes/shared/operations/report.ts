import type { IExecuteFunctions } from 'n8n-workflow';

import type { Output } from '../parameters/updateOptions';
import type { ReportSettings } from '../report/items';
import type { Service } from '../service';

/** What the report needs to know of an execution. */
export function reportOf(context: IExecuteFunctions, service: Service, output: Output, isDryRun = false): ReportSettings {
	return {
		service,
		output,
		isDryRun,
		executionId: context.getExecutionId(),
		hasErrorOutput: context.getNode().onError === 'continueErrorOutput',
	};
}
