// The feature flags of Amplify projects, as both sides want them.

/// A new project.
export const NEW = { respectPrimaryKeyAttributes: true, deepMergeDefaults: true, autoIndexQueryNames: true };
/// A project from before the flags.
export const OLD = { respectPrimaryKeyAttributes: false, deepMergeDefaults: false, autoIndexQueryNames: false };

/// Whether a flag makes a difference for a schema.
export function matters(schema) {
  return /@(hasMany|hasOne|belongsTo|manyToMany|index)\b|@model\(/.test(schema);
}

/// As the transformer takes them.
export function translationBehavior(features) {
  return {
    respectPrimaryKeyAttributesOnConnectionField: features.respectPrimaryKeyAttributes,
    shouldDeepMergeDirectiveConfigDefaults: features.deepMergeDefaults,
    enableAutoIndexQueryNames: features.autoIndexQueryNames,
  };
}

/// As they stand in a project's `amplify/cli.json`.
export function cliJson(features) {
  const flags = {
    transformerversion: 2,
    respectprimarykeyattributesonconnectionfield: features.respectPrimaryKeyAttributes,
    shoulddeepmergedirectiveconfigdefaults: features.deepMergeDefaults,
    enableautoindexquerynames: features.autoIndexQueryNames,
  };
  return JSON.stringify({ features: { graphqltransformer: flags } });
}
