//! Amplify's `transform.conf.json`: its `ResolverConfig`.

use crate::failure::Failure;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

/// What the file says.
#[derive(Clone, Debug)]
pub(super) struct TransformConf {
    /// For models that it does not name.
    pub(super) project: Handler,
    models: BTreeMap<String, Handler>,
}

/// A conflict handler, in Amplify's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    Automerge,
    Optimistic,
    /// A Lambda function, by its name.
    Lambda(Option<String>),
}

impl TransformConf {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<TransformConf, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
        let json = text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
        let json: Json = json.map_err(|error| {
            let what = format!("{} cannot be read: {error}", path.display());
            Failure::new(what, "name Amplify's transform.conf.json with --transform-conf FILE")
        })?;
        TransformConf::of(&json).map_err(|wrong| {
            let what = format!("{}: {wrong}", path.display());
            Failure::new(what, "correct the file, or leave --transform-conf out")
        })
    }

    fn of(json: &Json) -> Result<TransformConf, String> {
        let config =
            json.get("ResolverConfig").ok_or("it has no \"ResolverConfig\": DataStore was never enabled")?;
        let Some(project) = handler(config.get("project"), "project")? else {
            let needs = "\"ResolverConfig\" needs a \"project\" with ConflictHandler and ConflictDetection";
            return Err(needs.to_owned());
        };
        let mut models = BTreeMap::new();
        for (name, json) in config.get("models").and_then(Json::as_object).into_iter().flatten() {
            match handler(Some(json), name)? {
                Some(handler) => {
                    models.insert(name.clone(), handler);
                }
                None => tracing::warn!(
                    "Invalid resolverConfig for type {name}. Using the project resolverConfig instead."
                ),
            }
        }
        Ok(TransformConf { project, models })
    }

    /// What it says of one model.
    pub(super) fn of_model(&self, model: &str) -> Option<&Handler> {
        self.models.get(model)
    }
}

/// A configuration; `None` unless it has both of its parts, as Amplify has it.
fn handler(json: Option<&Json>, whose: &str) -> Result<Option<Handler>, String> {
    let part = |name: &str| json.and_then(|json| json.get(name)?.as_str());
    let (Some(handler), Some(detection)) = (part("ConflictHandler"), part("ConflictDetection")) else {
        return Ok(None);
    };
    if detection != "VERSION" {
        return Err(format!(
            "the ConflictDetection of {whose} is {detection}; without versions no DataStore can sync: it must be VERSION"
        ));
    }
    Ok(Some(match handler {
        "AUTOMERGE" => Handler::Automerge,
        "OPTIMISTIC_CONCURRENCY" => Handler::Optimistic,
        "LAMBDA" => {
            let name = json.and_then(|json| json.get("LambdaConflictHandler")?.get("name")?.as_str());
            Handler::Lambda(name.map(str::to_owned))
        }
        other => {
            return Err(format!(
                "the ConflictHandler of {whose} is {other}; it must be AUTOMERGE, OPTIMISTIC_CONCURRENCY or LAMBDA"
            ));
        }
    }))
}
