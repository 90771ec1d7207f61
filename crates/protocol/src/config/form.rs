//! The three forms of configuration, and what they call what we need.

use super::fault::Problem;
use crate::raw::kind_of;
use serde_json::{Map, Value as Json};

/// A value and the path where it was found.
pub(super) struct Located {
    key: String,
    /// The value.
    pub(super) value: String,
}

impl Located {
    /// What is wrong with this value.
    pub(super) fn problem(&self, what: String) -> Problem {
        Problem::at(self.key.clone(), what)
    }
}

/// What a file says.
pub(super) struct Found {
    pub(super) endpoint: Located,
    pub(super) region: Option<Located>,
    pub(super) auth: Option<Located>,
    /// Where the authorization type would be.
    pub(super) auth_key: String,
    pub(super) api_key: Option<Located>,
    /// Where the key would be.
    pub(super) api_key_key: String,
}

/// Finds what we need, whatever the form.
pub(super) fn find(json: &Json) -> Result<Found, Problem> {
    let Json::Object(root) = json else {
        let kind = kind_of(&json.to_string());
        return Err(Problem::File(format!("a configuration is an object, but this is {kind}")));
    };
    if root.contains_key("aws_appsync_graphqlEndpoint") {
        let names = Names {
            at: "",
            endpoint: "aws_appsync_graphqlEndpoint",
            region: "aws_appsync_region",
            auth: "aws_appsync_authenticationType",
            api_key: "aws_appsync_apiKey",
        };
        return collect(root, &names);
    }
    if let Some(api) = root.get("api") {
        return native(api);
    }
    if let Some(data) = root.get("data") {
        let names = Names {
            at: "data.",
            endpoint: "url",
            region: "aws_region",
            auth: "default_authorization_type",
            api_key: "api_key",
        };
        return collect(object("data", data)?, &names);
    }
    let what = if root.keys().any(|key| key.starts_with("aws_")) {
        "aws_appsync_graphqlEndpoint is missing: the project has no GraphQL API yet, or the file is older than it"
    } else if root.contains_key("auth") || root.contains_key("version") {
        "it has no \"data\" and no \"api\" section: the project has no GraphQL API yet, or the file is older than it"
    } else {
        "it is none of amplifyconfiguration.json, amplify_outputs.json and aws-exports.js; \
         `amplify pull` creates it"
    };
    Err(Problem::File(what.to_owned()))
}

/// `api.plugins.awsAPIPlugin.<name>`, of which exactly one is a GraphQL API.
fn native(api: &Json) -> Result<Found, Problem> {
    const AT: &str = "api.plugins.awsAPIPlugin";
    let missing = |at: &str| Problem::at(at, "it is missing: the project has no GraphQL API yet");
    let plugins = object("api", api)?.get("plugins").ok_or_else(|| missing("api.plugins"))?;
    let apis = object("api.plugins", plugins)?.get("awsAPIPlugin").ok_or_else(|| missing(AT))?;
    let mut graphql = Vec::new();
    for (name, api) in object(AT, apis)? {
        let at = format!("{AT}.{name}");
        let api = object(&at, api)?;
        if text(api, &format!("{at}."), "endpointType")?.is_none_or(|kind| kind.value == "GraphQL") {
            graphql.push((name, at, api));
        }
    }
    match graphql.as_slice() {
        [(_, at, api)] => {
            let at = format!("{at}.");
            let names = Names {
                at: &at,
                endpoint: "endpoint",
                region: "region",
                auth: "authorizationType",
                api_key: "apiKey",
            };
            collect(api, &names)
        }
        [] => Err(Problem::at(AT, "none of its APIs has \"endpointType\": \"GraphQL\"")),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, ..)| name.as_str()).collect();
            Err(Problem::at(AT, format!("it has several GraphQL APIs ({}); leave one", names.join(", "))))
        }
    }
}

struct Names<'a> {
    at: &'a str,
    endpoint: &'a str,
    region: &'a str,
    auth: &'a str,
    api_key: &'a str,
}

fn collect(map: &Map<String, Json>, names: &Names<'_>) -> Result<Found, Problem> {
    let at = names.at;
    let endpoint = text(map, at, names.endpoint)?.ok_or_else(|| {
        Problem::at(format!("{at}{}", names.endpoint), "it is missing; it is the URL of the GraphQL API")
    })?;
    Ok(Found {
        endpoint,
        region: text(map, at, names.region)?,
        auth: text(map, at, names.auth)?,
        auth_key: format!("{at}{}", names.auth),
        api_key: text(map, at, names.api_key)?,
        api_key_key: format!("{at}{}", names.api_key),
    })
}

fn object<'a>(at: &str, json: &'a Json) -> Result<&'a Map<String, Json>, Problem> {
    json.as_object().ok_or_else(|| {
        Problem::at(at, format!("it must be an object, but it is {}", kind_of(&json.to_string())))
    })
}

fn text(map: &Map<String, Json>, at: &str, name: &str) -> Result<Option<Located>, Problem> {
    let key = format!("{at}{name}");
    match map.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(value)) => Ok(Some(Located { key, value: value.trim().to_owned() })),
        Some(other) => {
            Err(Problem::at(key, format!("it must be a string, but it is {}", kind_of(&other.to_string()))))
        }
    }
}
