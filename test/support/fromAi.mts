/** A value that the model of an AI agent gives, as the editor writes it when a person leaves a parameter to the model. */
export function fromAi(key: string, type: 'string' | 'number' | 'boolean' = 'string'): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, '${type}') }}`;
}
