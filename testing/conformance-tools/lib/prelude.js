// What AppSync's SDL uses without saying so, for tools that want it said.

/** AppSync's own scalars. */
export const SCALARS = [
  'AWSDate',
  'AWSDateTime',
  'AWSEmail',
  'AWSIPAddress',
  'AWSJSON',
  'AWSPhone',
  'AWSTime',
  'AWSTimestamp',
  'AWSURL',
];

const DIRECTIVES = `
  directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
  directive @aws_api_key on FIELD_DEFINITION | OBJECT
  directive @aws_iam on FIELD_DEFINITION | OBJECT
  directive @aws_oidc on FIELD_DEFINITION | OBJECT
  directive @aws_lambda on FIELD_DEFINITION | OBJECT
  directive @aws_auth(cognito_groups: [String!]) on FIELD_DEFINITION
  directive @aws_cognito_user_pools(cognito_groups: [String!]) on FIELD_DEFINITION | OBJECT
`;

/** An SDL with AppSync's own definitions. */
export function complete(sdl) {
  const missing = SCALARS.filter(name => !new RegExp(`^scalar ${name}\\b`, 'm').test(sdl));
  return [sdl, DIRECTIVES, ...missing.map(name => `scalar ${name}`)].join('\n');
}
