//! Amplify's feature flags, as far as they change what a schema means.

use std::fmt;

/// The flags of an Amplify project that change the API. By default all of them are on, as for Amplify's CDK construct; a
/// project of the Amplify CLI keeps, in its `amplify/cli.json`, what it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// `respectPrimaryKeyAttributesOnConnectionField`: a foreign key that a relation brings along is called after the key
    /// it refers to, and has its type. Without it, it is called after `id` and is an `ID`, whatever that key is; and the
    /// keys in the model of a `@manyToMany` end with `ID`.
    pub respect_primary_key_attributes: bool,
    /// `shouldDeepMergeDirectiveConfigDefaults`: an operation that `@model` does not speak of stays as it is. Without it,
    /// `queries: {get: "post"}` leaves a model with that query alone, and so on.
    pub deep_merge_directive_defaults: bool,
    /// `enableAutoIndexQueryNames`: an `@index` without a `queryField` has a query whose name is made for it. Without it,
    /// it has none.
    pub auto_index_query_names: bool,
}

impl Default for Features {
    fn default() -> Features {
        Features {
            respect_primary_key_attributes: true,
            deep_merge_directive_defaults: true,
            auto_index_query_names: true,
        }
    }
}

/// A `cli.json` that does not say what its flags are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturesError {
    message: String,
    hint: &'static str,
}

impl FeaturesError {
    /// The way out.
    #[must_use]
    pub fn hint(&self) -> &str {
        self.hint
    }
}

impl fmt::Display for FeaturesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FeaturesError {}

impl Features {
    /// The flags of an Amplify project: `text` is its `amplify/cli.json`, whose flags are in `features.graphqltransformer`.
    /// A flag that is missing there is off, as it is for Amplify in a project that was made before the flag.
    ///
    /// # Errors
    /// If the text is not such a file, if a flag is no boolean, or if the project uses the old transformer.
    pub fn from_cli_json(text: &str) -> Result<Features, FeaturesError> {
        let refuse = |message: String, hint| Err(FeaturesError { message, hint });
        let json: serde_json::Value = match serde_json::from_str(text) {
            Ok(json) => json,
            Err(error) => return refuse(format!("it is not JSON: {error}"), IS_CLI_JSON),
        };
        let Some(flags) = json.pointer("/features/graphqltransformer").and_then(|flags| flags.as_object())
        else {
            return refuse("it has no `features.graphqltransformer`".to_owned(), IS_CLI_JSON);
        };
        let find = |name: &str| flags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        if let Some((_, version)) = find("transformerversion")
            && version.as_u64() != Some(2)
        {
            let message = format!("`transformerversion` is {version}, and only 2 is supported");
            return refuse(message, "migrate the schema with `amplify migrate api`");
        }
        let read = |name: &str| match find(name) {
            None => Ok(false),
            Some((key, value)) => value.as_bool().ok_or_else(|| FeaturesError {
                message: format!(
                    "`features.graphqltransformer.{key}` is {value}, which is neither true nor false"
                ),
                hint: "write true or false",
            }),
        };
        Ok(Features {
            respect_primary_key_attributes: read("respectprimarykeyattributesonconnectionfield")?,
            deep_merge_directive_defaults: read("shoulddeepmergedirectiveconfigdefaults")?,
            auto_index_query_names: read("enableautoindexquerynames")?,
        })
    }
}

const IS_CLI_JSON: &str = "name the `amplify/cli.json` of the Amplify project that the schema comes from";

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn of_projects() {
        let all = |on| Features {
            respect_primary_key_attributes: on,
            deep_merge_directive_defaults: on,
            auto_index_query_names: on,
        };
        let with =
            |flags: &str| format!(r#"{{"features":{{"graphqltransformer":{{{flags}}}}},"debug":{{}}}}"#);
        assert_eq!(Features::default(), all(true));
        for (flags, expected) in [
            ("", all(false)),
            (r#""transformerversion":2"#, all(false)),
            (
                r#""respectprimarykeyattributesonconnectionfield":true,"shoulddeepmergedirectiveconfigdefaults":true,
                   "enableautoindexquerynames":true"#,
                all(true),
            ),
            (
                r#""respectPrimaryKeyAttributesOnConnectionField":true"#,
                Features { respect_primary_key_attributes: true, ..all(false) },
            ),
            (
                r#""shoulddeepmergedirectiveconfigdefaults":false,"enableautoindexquerynames":true"#,
                Features { auto_index_query_names: true, ..all(false) },
            ),
        ] {
            assert_eq!(Features::from_cli_json(&with(flags)), Ok(expected), "{flags}");
        }
        for (text, expected) in [
            (String::new(), "it is not JSON"),
            ("{".to_owned(), "it is not JSON"),
            ("[]".to_owned(), "it has no `features.graphqltransformer`"),
            (r#"{"features":{"graphqltransformer":true}}"#.to_owned(), "it has no `features"),
            (with(r#""transformerversion":1"#), "`transformerversion` is 1, and only 2 is supported"),
            (
                with(r#""enableautoindexquerynames":"yes""#),
                "`features.graphqltransformer.enableautoindexquerynames` is \"yes\", which is neither",
            ),
        ] {
            let error = Features::from_cli_json(&text).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{text}: {error}");
            assert!(!error.hint().is_empty());
        }
    }
}
